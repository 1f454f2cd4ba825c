{{ stage_provenance('smic') }}
