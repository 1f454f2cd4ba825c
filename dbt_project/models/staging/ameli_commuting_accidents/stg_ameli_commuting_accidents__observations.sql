{{ stage_observations('ameli_commuting_accidents') }}
