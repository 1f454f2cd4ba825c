{{ stage_provenance('unifaf_employment_survey') }}
