"""Everything that makes data: declarations, reading, checks, loading, the refresh and publication."""

__version__ = "0.1.0"
