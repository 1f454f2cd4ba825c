{{ stage_observations('chorum_barometer') }}
