"""The one door: which addresses are answered, and the same pages once more under ``/embed``."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.pages import addresses
from dashboard.web.assets import frontend_files
from dashboard.web.paths import EMBED, plain
from dashboard.web.shell import language_of, not_found

# What Streamlit's frontend asks for. All else that Streamlit answers stays shut: metrics, the
# script's health, the interface for programs, uploads, log-in, and what a later version may add.
STREAMLIT_PATHS = {
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/stream",
}
STREAMLIT_FOLDERS = ("/media/", "/component/", "/_stcore/bidi-components/")


class Gate:
    """Answers 404 to whatever is no page, no route of ours and nothing that the frontend needs."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        elsewhere = _meant(scope["path"])
        if elsewhere is not None:
            query = scope["query_string"].decode("latin-1")
            moved = RedirectResponse(elsewhere + (f"?{query}" if query else ""))
            await moved(scope, receive, send)
            return
        path = plain(scope["path"])
        inner = dict(scope) | {"path": path, "raw_path": path.encode()}
        if self._is_open(inner):
            await self.app(inner, receive, send)
        else:
            await _refusal(scope)(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path = scope["path"]
        return (
            path in STREAMLIT_PATHS
            or path in frontend_files()
            or path.startswith(STREAMLIT_FOLDERS)
            or any(route.matches(scope)[0] != Match.NONE for route in self.routes)
        )


def _meant(path: str) -> str | None:
    """Where a nearly right address leads; relative, so that a prefix of a proxy is kept."""
    if path == EMBED:
        return f".{EMBED}/"
    page = plain(path)
    if page.endswith("/") and page.strip("/") in addresses():
        return f"../{page.strip('/')}"
    return None


def _refusal(scope: Scope) -> Response:
    if scope["type"] == "http" and "/_stcore/" not in scope["path"]:
        return not_found(language_of(scope))
    # The frontend looks for its server at one path after the other.
    return PlainTextResponse("not found", status_code=404, headers={"Cache-Control": "no-store"})
