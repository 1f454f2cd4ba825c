{{ stage_observations('dares_work_accidents') }}
