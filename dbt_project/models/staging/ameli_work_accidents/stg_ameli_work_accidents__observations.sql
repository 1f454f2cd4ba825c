{{ stage_observations('ameli_work_accidents') }}
