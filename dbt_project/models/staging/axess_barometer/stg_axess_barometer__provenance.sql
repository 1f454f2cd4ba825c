{{ stage_provenance('axess_barometer') }}
