"""The glossary: the terms that the pages use, and how each indicator is defined."""
