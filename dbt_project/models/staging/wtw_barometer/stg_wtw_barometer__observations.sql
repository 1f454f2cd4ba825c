{{ stage_observations('wtw_barometer') }}
