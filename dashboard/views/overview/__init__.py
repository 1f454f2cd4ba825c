"""The overview: one card a family, read in ten seconds."""
