"""One package a page, its ``page.py`` read from top to bottom: selection, loading, charts."""
