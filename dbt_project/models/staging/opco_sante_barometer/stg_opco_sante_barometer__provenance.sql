{{ stage_provenance('opco_sante_barometer') }}
