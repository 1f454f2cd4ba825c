{{ stage_provenance('drees_nursing_homes') }}
