"""Whether the page is shown inside another site, and which of its blocks then.

The server answers ``/embed/<page>`` with the same page under that path (``dashboard.web.gate``) and
lets only it be framed. What stands here reads the address that the visitor's browser tells.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

SEGMENT = "embed"
PARAMETER = "bloc"


def is_embedded() -> bool:
    """Whether the visitor's address stands under ``/embed``."""
    address = st.context.url
    return address is not None and SEGMENT in urlsplit(address).path.split("/")


def embedded_block() -> str | None:
    """Key of the one block to show; None outside ``/embed``, and where the address names none."""
    return st.query_params.get(PARAMETER) or None if is_embedded() else None
