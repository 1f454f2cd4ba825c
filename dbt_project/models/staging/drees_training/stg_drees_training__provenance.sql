{{ stage_provenance('drees_training') }}
