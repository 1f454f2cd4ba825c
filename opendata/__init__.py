"""What leaves the observatory for others to use: files, their description, and the interface for programs."""
