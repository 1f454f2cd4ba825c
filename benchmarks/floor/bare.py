"""The floor of a kept answer: one Starlette endpoint that returns bytes, served as we serve.

``BYTES`` names the file that holds them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_server import _get_uvicorn_config_kwargs

BODY = Path(os.environ["BYTES"]).read_bytes()


async def answer(_: Request) -> Response:
    return Response(BODY, media_type="application/json")


async def health(_: Request) -> Response:
    return PlainTextResponse("ok")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    app = Starlette(routes=[Route("/series", answer), Route("/_stcore/health", health)])
    settings = _get_uvicorn_config_kwargs()
    config = uvicorn.Config(app, host="127.0.0.1", port=parser.parse_args().port, **settings)
    asyncio.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
