{{ stage_provenance('dares_tensions') }}
