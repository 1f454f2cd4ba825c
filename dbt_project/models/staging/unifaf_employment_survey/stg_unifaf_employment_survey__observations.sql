{{ stage_observations('unifaf_employment_survey') }}
