"""The HTML page that Streamlit's frontend starts from, in the visitor's language."""

from __future__ import annotations

import hashlib
import html
import json
import re
from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs

import streamlit
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from dashboard import chart_tools
from dashboard.language import DEFAULT, LANGUAGES, PARAMETER, Language, speaking
from dashboard.pages import HOME, addresses
from dashboard.texts import catalogue, text

FRONTEND = Path(streamlit.__file__).parent / "static"
SCRIPT = Path(__file__).parent / "page.js"
SCRIPT_NAME = "page.js"
ICON = Path(__file__).parents[1] / "assets" / "icon.svg"
YEAR = 365 * 24 * 60 * 60
NO_CACHE = {"Cache-Control": "no-cache"}
# Section of the catalogues with the words that Streamlit itself writes on the screen.
STREAMLIT_WORDS = "streamlit"


def routes() -> list[Route]:
    """One route a page, and the script and the icon that the page starts with."""
    pages = [address for address in addresses() if address != HOME]
    return [
        Route("/", _page),
        *(Route(f"/{address}", _page) for address in pages),
        Route(f"/{HOME}", _home),
        Route(f"/{SCRIPT_NAME}", _script),
        Route(f"/{ICON.name}", _icon),
    ]


async def _page(request: Request) -> Response:
    return HTMLResponse(shell(language_of(request.scope)), headers=NO_CACHE)


async def _home(request: Request) -> Response:
    return RedirectResponse("./" + (f"?{request.url.query}" if request.url.query else ""))


async def _icon(_: Request) -> Response:
    return FileResponse(ICON, headers=NO_CACHE)


async def _script(request: Request) -> Response:
    fresh = request.query_params.get("v") == script_version()
    kept = f"public, immutable, max-age={YEAR}" if fresh else "no-cache"
    return Response(script(), media_type="text/javascript", headers={"Cache-Control": kept})


def not_found(spoken: Language) -> Response:
    """The answer to an address that is no page."""
    with speaking(spoken):
        title, words, home = (text(f"server.{key}") for key in ("no_page", "no_page_why", "home"))
    query = "" if spoken == DEFAULT else f"?{PARAMETER}={spoken}"
    return HTMLResponse(_plain_page(spoken, title, words, f"/{query}", home), 404, NO_CACHE)


def failed(spoken: Language) -> Response:
    """The answer where the server itself fails; why stands in the log."""
    with speaking(spoken):
        title, words, home = (text(f"server.{key}") for key in ("failed", "failed_why", "home"))
    return HTMLResponse(_plain_page(spoken, title, words, "/", home), 500, NO_CACHE)


def language_of(scope: Scope) -> Language:
    """The language that the query of an address asks for."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    asked = query.get(PARAMETER, [DEFAULT])[0]
    return cast(Language, asked) if asked in LANGUAGES else DEFAULT


@cache
def shell(spoken: Language) -> str:
    """Streamlit's page with our language, title, words without JavaScript, and script.

    Raises:
        ValueError: Streamlit's page is not as it was: look at it again.
    """
    with speaking(spoken):
        title, about, no_script = (
            html.escape(text(key)) for key in ("app.title", "server.about", "server.no_javascript")
        )
    start = f'<script src="./{SCRIPT_NAME}?v={script_version()}"></script>'
    chart = _frontend_file("PlotlyChart")
    page = (FRONTEND / "index.html").read_text(encoding="utf-8")
    for found, ours in (
        (r'<html lang="en">', f'<html lang="{spoken}">'),
        (
            r"<title>Streamlit</title>",
            f'<title>{title}</title>\n    <meta name="description" content="{about}" />',
        ),
        (
            r"<noscript>.*?</noscript>",
            f"<noscript><p>{no_script}</p></noscript>\n    {_skip_link(spoken)}",
        ),
        (r'href="\./favicon\.png"', f'href="./{ICON.name}"'),
        # The interface for programs that this names is shut.
        (r'<!--(?:(?!-->).)*-->\s*<link rel="service-desc"[^>]*>', ""),
        # The one inline script: it has no use here, and without it none need be allowed.
        (
            r"<script>\s*window\.prerenderReady = false\s*</script>",
            f'{start}\n    <link rel="modulepreload" crossorigin href="{chart}">',
        ),
    ):
        page, n = re.subn(found, lambda _, ours=ours: ours, page, flags=re.DOTALL)  # type: ignore[misc]
        if n != 1:
            raise ValueError(f"Streamlit's index.html holds {n} of {found!r}, not one")
    return page


def _skip_link(spoken: Language) -> str:
    """The first thing that the keyboard reaches; out of sight until then."""
    words = {name: html.escape(catalogue(name)["app.skip"]) for name in LANGUAGES}
    said = " ".join(f'data-{name}="{label}"' for name, label in words.items())
    return (
        f'<a class="skip-link" href="#root" style="position:absolute;left:-999rem" {said}>'
        f"{words[spoken]}</a>"
    )


def _frontend_file(name: str) -> str:
    """Relative address of a part of the frontend, whose name ends with a hash."""
    (file,) = (FRONTEND / "static" / "js").glob(f"{name}.*.js")
    return f"./{file.relative_to(FRONTEND).as_posix()}"


@cache
def script() -> str:
    """Our script, with the words to translate, and that of the charts."""
    english, french = _streamlit_words("en"), _streamlit_words("fr")
    words = {english[key]: french[key] for key in english}
    start = SCRIPT.read_text(encoding="utf-8")
    start = start.replace("__WORDS__", json.dumps(words, ensure_ascii=False))
    return start + "\n" + chart_tools.SCRIPT.read_text(encoding="utf-8")


def script_version() -> str:
    """Changes with the script, so that browsers may keep it."""
    return hashlib.sha256(script().encode()).hexdigest()[:12]


def _streamlit_words(spoken: Language) -> dict[str, str]:
    prefix = f"{STREAMLIT_WORDS}."
    return {key: words for key, words in catalogue(spoken).items() if key.startswith(prefix)}


def _plain_page(spoken: Language, title: str, words: str, home: str, home_label: str) -> str:
    title, words, home_label = (html.escape(part) for part in (title, words, home_label))
    return f"""<!DOCTYPE html>
<html lang="{spoken}">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{color-scheme: light dark;}}
body {{
  font: 1.1rem/1.5 system-ui, sans-serif; max-width: 38rem; margin: 18vh auto; padding: 0 1rem;
}}
</style>
</head>
<body><main><h1>{title}</h1><p>{words}</p><p><a href="{home}">{home_label}</a></p></main></body>
</html>
"""
