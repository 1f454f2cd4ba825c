{{ stage_observations('fhf_survey') }}
