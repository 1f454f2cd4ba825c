{{ stage_provenance('cour_des_comptes_at_mp') }}
