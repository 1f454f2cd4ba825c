{{ stage_provenance('dares_work_accidents') }}
