{{ stage_observations('opco_sante_barometer') }}
