{{ stage_provenance('wage_gaps') }}
