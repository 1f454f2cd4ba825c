{{ stage_provenance('drees_es_handicap') }}
