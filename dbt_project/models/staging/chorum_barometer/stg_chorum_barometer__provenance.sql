{{ stage_provenance('chorum_barometer') }}
