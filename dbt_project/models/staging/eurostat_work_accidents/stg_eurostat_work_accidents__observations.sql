{{ stage_observations('eurostat_work_accidents') }}
