"""The frontend's scripts and styles, compressed once and kept; Streamlit sends them as they are."""

from __future__ import annotations

import gzip
import mimetypes
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.web.shell import FRONTEND, YEAR

COMPRESSED = {".js", ".css", ".json", ".svg", ".wasm", ".map"}
LEVEL = 6
HEADERS = {
    "Cache-Control": f"public, immutable, max-age={YEAR}",  # their names change with their content
    "Content-Encoding": "gzip",
    "Vary": "Accept-Encoding",
}


class CompressedAssets:
    """Answers for the frontend's files where the browser takes gzip; leaves the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.files = {
            path: file for path, file in frontend_files().items() if file.suffix in COMPRESSED
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self.files.get(scope["path"]) if scope["type"] == "http" else None
        if file is None or scope["method"] != "GET" or not _takes_gzip(scope):
            await self.app(scope, receive, send)
            return
        body = await run_in_threadpool(compressed, file)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        await Response(body, media_type=kind, headers=HEADERS)(scope, receive, send)


@cache
def frontend_files() -> dict[str, Path]:
    """Every file of Streamlit's frontend by its path on the server, the page itself excepted."""
    return {
        f"/{file.relative_to(FRONTEND).as_posix()}": file
        for file in FRONTEND.rglob("*")
        if file.is_file() and file.suffix != ".html"
    }


def _takes_gzip(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "gzip" in headers.get("accept-encoding", "") and "range" not in headers


@cache
def compressed(file: Path) -> bytes:
    """The content of a file, compressed; the files of the frontend never change."""
    return gzip.compress(file.read_bytes(), LEVEL, mtime=0)
