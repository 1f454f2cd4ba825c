{{ stage_provenance('absence_barometers') }}
