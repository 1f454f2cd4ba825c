{{ stage_provenance('ameli_commuting_accidents') }}
