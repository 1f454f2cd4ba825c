{{ stage_provenance('cnsa_tdb_esms') }}
