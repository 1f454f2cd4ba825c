{{ stage_observations('sector_workforce') }}
