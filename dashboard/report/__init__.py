"""The report to hand over: the pages of one release, written down as one document."""
