"""The figures of the white papers: all of them, and the contradictions side by side."""
