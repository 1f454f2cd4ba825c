{{ stage_provenance('ameli_occupational_diseases') }}
