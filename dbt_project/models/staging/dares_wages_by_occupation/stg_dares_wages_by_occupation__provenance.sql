{{ stage_provenance('dares_wages_by_occupation') }}
