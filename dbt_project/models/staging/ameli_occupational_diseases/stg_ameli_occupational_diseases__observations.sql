{{ stage_observations('ameli_occupational_diseases') }}
