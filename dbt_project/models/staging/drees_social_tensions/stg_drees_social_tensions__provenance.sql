{{ stage_provenance('drees_social_tensions') }}
