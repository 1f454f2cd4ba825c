{{ stage_observations('drees_es_handicap') }}
