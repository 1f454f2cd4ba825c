{{ stage_provenance('eurostat_work_accidents') }}
