"""Everything that shows data. Reads one published release, never the warehouse."""
