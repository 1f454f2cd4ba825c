{{ stage_observations('cnsa_tdb_esms') }}
