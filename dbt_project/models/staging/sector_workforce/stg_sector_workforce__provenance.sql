{{ stage_provenance('sector_workforce') }}
