"""The server: Streamlit and what stands before it, in one process.

``observatoire serve`` starts it; ``python -m dashboard.server`` does the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.texts import text
from dashboard.web import shell
from dashboard.web.assets import CompressedAssets
from dashboard.web.gate import Gate
from dashboard.web.headers import SecurityHeaders, host_of, security_headers
from dashboard.web.health import healthz
from dashboard.web.paths import is_embedded
from dashboard.web.sockets import sending_at_once
from opendata.api.app import create_api
from opendata.api.door import Door

SCRIPT = Path(__file__).parent / "app.py"
LOOPBACK = ("127.0.0.1", "localhost")


def routes() -> list[BaseRoute]:
    """The addresses outside ``/api`` that we answer ourselves."""
    return [Route("/healthz", healthz), *shell.routes()]


def create_app(script: Path = SCRIPT, allowed_hosts: Sequence[str] = LOOPBACK) -> st.App:
    """The application: headers, hosts, open data, closed addresses, assets, routes, Streamlit.

    Args:
        script: The Streamlit script of all pages.
        allowed_hosts: Names under which the server may be called; ``*.`` begins a pattern.
    """
    ours = routes()
    return st.App(
        script,
        routes=ours,
        middleware=middleware(ours, allowed_hosts),
        lifespan=sending_at_once,
        on_script_error=say_that_it_failed,
        exception_handlers={Exception: answer_that_it_failed},
    )


def middleware(ours: Sequence[BaseRoute], allowed_hosts: Sequence[str]) -> list[Middleware]:
    """What stands before the routes, outermost first."""
    return [
        Middleware(SecurityHeaders),
        Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts, www_redirect=False),
        # Everything under /api, before the gate: nothing of it is Streamlit's.
        Middleware(Door, api=create_api()),
        Middleware(Gate, routes=ours),
        Middleware(CompressedAssets),
    ]


def say_that_it_failed(_: Exception) -> bool:
    """Shows a plain sentence in place of the error, which Streamlit has written to the log."""
    st.error(text("server.script_failed"))
    return True


def answer_that_it_failed(request: Request, _: Exception) -> Response:
    """A plain page in place of the error; it is made outside the middleware, hence the headers."""
    answer = shell.failed(shell.language_of(request.scope))
    answer.headers.update(
        security_headers(host_of(request.scope), is_embedded(request.scope["path"]))
    )
    return answer


def main() -> None:
    """Serves the dashboard until it is stopped."""
    arguments = argparse.ArgumentParser(prog="python -m dashboard.server")
    arguments.add_argument("--host", default="127.0.0.1", help="address to listen on")
    arguments.add_argument("--port", type=int, default=8501)
    arguments.add_argument(
        "--allowed-host", action="append", default=[], help="name under which it may be called"
    )
    given = arguments.parse_args()
    hosts = [*LOOPBACK, *given.allowed_host]
    create_app(allowed_hosts=hosts).run(
        config={
            "server.address": given.host,
            "server.port": given.port,
            "server.allowedHosts": hosts,
        }
    )


if __name__ == "__main__":
    main()
