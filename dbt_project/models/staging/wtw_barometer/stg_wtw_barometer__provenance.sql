{{ stage_provenance('wtw_barometer') }}
