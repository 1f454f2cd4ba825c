{{ stage_provenance('uriopss_idf_survey') }}
