{{ stage_provenance('dares_labour_turnover') }}
