{{ stage_provenance('una_survey') }}
