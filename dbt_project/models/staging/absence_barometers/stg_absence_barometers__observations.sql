{{ stage_observations('absence_barometers') }}
