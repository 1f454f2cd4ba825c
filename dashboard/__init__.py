"""Everything that shows data. Reads one published release, never the warehouse."""

import os

# The tables of a page are small: a second thread costs each query more than it saves, and takes it
# from the other visitors. Polars reads this when it is imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
