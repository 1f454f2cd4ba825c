{{ stage_observations('cour_des_comptes_at_mp') }}
