{{ stage_observations('france_travail_bmo') }}
