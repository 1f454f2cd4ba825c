{{ stage_observations('sector_surveys') }}
