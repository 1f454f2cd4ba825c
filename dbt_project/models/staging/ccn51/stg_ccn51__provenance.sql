{{ stage_provenance('ccn51') }}
