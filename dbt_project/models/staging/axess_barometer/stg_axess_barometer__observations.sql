{{ stage_observations('axess_barometer') }}
