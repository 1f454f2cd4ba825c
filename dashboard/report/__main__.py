"""Entry of ``python -m dashboard.report``, which ``observatoire report`` calls."""

import logging
import sys

# Before any page is imported: without a server Streamlit warns at length.
logging.disable(logging.WARNING)

from dashboard.report.command import main  # noqa: E402

sys.exit(main())
