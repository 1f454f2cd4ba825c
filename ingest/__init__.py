"""Everything that makes data: declarations, checks, loading, the refresh, publication."""

__version__ = "0.1.0"
