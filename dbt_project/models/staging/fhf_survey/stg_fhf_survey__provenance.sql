{{ stage_provenance('fhf_survey') }}
