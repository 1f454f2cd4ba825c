{{ stage_observations('drees_training') }}
