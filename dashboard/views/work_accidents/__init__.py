"""Work accidents, occupational diseases and commuting accidents, by activity."""
