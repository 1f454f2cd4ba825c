{{ stage_observations('dares_wages_by_occupation') }}
