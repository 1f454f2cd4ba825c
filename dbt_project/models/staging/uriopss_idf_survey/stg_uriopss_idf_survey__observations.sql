{{ stage_observations('uriopss_idf_survey') }}
