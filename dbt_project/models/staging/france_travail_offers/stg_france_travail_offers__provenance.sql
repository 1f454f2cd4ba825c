{{ stage_provenance('france_travail_offers') }}
