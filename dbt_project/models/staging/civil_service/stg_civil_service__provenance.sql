{{ stage_provenance('civil_service') }}
