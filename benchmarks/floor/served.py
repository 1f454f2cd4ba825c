"""Serves the floor's pages as the dashboard is served, but for what stands before Streamlit."""

from __future__ import annotations

import argparse
from pathlib import Path

import streamlit as st

from dashboard.web.sockets import sending_at_once

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    app = st.App(Path(__file__).with_name("app.py"), lifespan=sending_at_once)
    app.run(
        config={
            "server.address": "127.0.0.1",
            "server.port": parser.parse_args().port,
            "server.headless": True,
            "browser.gatherUsageStats": False,
        }
    )
