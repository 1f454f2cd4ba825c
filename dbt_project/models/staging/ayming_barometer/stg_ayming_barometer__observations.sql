{{ stage_observations('ayming_barometer') }}
