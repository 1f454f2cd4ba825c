{{ stage_observations('una_survey') }}
