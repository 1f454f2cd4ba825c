{{ stage_provenance('sector_surveys') }}
