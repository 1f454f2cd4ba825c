"""The weekly refresh: live sources, landed files, vintages and the run."""
