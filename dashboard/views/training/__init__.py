"""Training and departures: who enters the professions, and who retires."""
