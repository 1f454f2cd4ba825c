{{ stage_provenance('bad') }}
