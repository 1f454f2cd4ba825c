{{ stage_provenance('segur') }}
