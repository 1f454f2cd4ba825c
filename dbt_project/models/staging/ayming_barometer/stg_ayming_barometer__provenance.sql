{{ stage_provenance('ayming_barometer') }}
