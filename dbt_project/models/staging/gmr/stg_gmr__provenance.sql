{{ stage_provenance('gmr') }}
