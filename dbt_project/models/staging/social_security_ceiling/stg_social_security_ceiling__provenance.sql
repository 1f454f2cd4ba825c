{{ stage_provenance('social_security_ceiling') }}
