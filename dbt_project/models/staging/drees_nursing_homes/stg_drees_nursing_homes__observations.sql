{{ stage_observations('drees_nursing_homes') }}
