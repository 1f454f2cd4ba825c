{{ stage_provenance('insee_bdm') }}
