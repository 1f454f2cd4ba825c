{{ stage_provenance('ameli_work_accidents') }}
