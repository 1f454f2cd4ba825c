"""Readers of the producers' formats: bytes in, text tables or a clear report out.

A reader never guesses. Whatever the bytes are, it returns what the format says or raises
:class:`~ingest.online.connector.Unreadable`; it does not crash, hang or return half a table.
"""
