"""What leaves the observatory for others: files, their description, the interface for programs."""
