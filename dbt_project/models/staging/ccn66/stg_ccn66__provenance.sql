{{ stage_provenance('ccn66') }}
