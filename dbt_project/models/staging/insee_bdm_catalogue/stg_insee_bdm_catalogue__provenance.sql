{{ stage_provenance('insee_bdm_catalogue') }}
