"""The real server, asked by a browser and by plain requests."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from dashboard.pages import HOME, addresses
from dashboard.texts import catalogue
from ingest.release import Release
from tests.browser.serving import serve_dashboard, serve_launcher

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Frame, Page

pytestmark = pytest.mark.browser

PATIENCE = 30_000  # milliseconds
PAGES = ["" if address == HOME else address for address in addresses()]
READY = """() => document.querySelector('[data-testid=stApp]')
    ?.getAttribute('data-test-script-state') === 'notRunning' && document.querySelector('h1')"""
# What a page tells of itself: each violation of its policy, from the first script on.
WATCH = """window.refused = [];
addEventListener("securitypolicyviolation",
    (event) => window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));"""
LABELS = """() => [...document.querySelectorAll('[aria-label], [title], [placeholder]')]
    .filter((element) => element instanceof HTMLElement)
    .flatMap((element) => ['aria-label', 'title', 'placeholder']
        .map((name) => element.getAttribute(name)).filter(Boolean))"""


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    profile = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    profile.add_init_script(WATCH)
    yield profile
    profile.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    yield opened
    opened.close()


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function(READY, timeout=PATIENCE)


def _ask(url: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    request = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


@pytest.mark.parametrize("address", PAGES)
def test_no_page_breaks_its_own_security_policy_or_leaves_a_cookie(
    dashboard_url: str, page: Page, address: str
) -> None:
    _open(page, f"{dashboard_url}/{address}")
    for chart in page.locator("[data-testid=stPlotlyChart]").all():
        chart.locator(".main-svg").first.wait_for(timeout=PATIENCE)
    for table in page.locator("[data-testid=stExpander] summary").all()[:2]:
        table.click()
    page.wait_for_function(READY, timeout=PATIENCE)
    page.wait_for_timeout(500)
    assert page.evaluate("window.refused") == []
    assert page.context.cookies() == []


def test_a_script_from_elsewhere_would_be_refused(dashboard_url: str, page: Page) -> None:
    _open(page, dashboard_url)
    page.evaluate("() => fetch('http://127.0.0.1:9/').catch(() => null)")
    page.evaluate(
        "() => document.head.append(Object.assign("
        "document.createElement('script'), {textContent: 'window.ran = true'}))"
    )
    page.wait_for_function("() => window.refused.length >= 2", timeout=PATIENCE)
    assert page.evaluate("window.ran") is None


def test_the_language_follows_the_address_without_a_new_page(
    dashboard_url: str, page: Page
) -> None:
    _open(page, f"{dashboard_url}/postes-vacants")
    lang = "() => document.documentElement.lang"
    assert page.evaluate(lang) == "fr"
    page.evaluate("() => { window.kept = true; }")
    page.evaluate("() => history.replaceState({}, '', '?lang=en')")
    assert page.evaluate(lang) == "en"
    page.evaluate("() => history.pushState({}, '', location.pathname)")
    assert page.evaluate(lang) == "fr"
    page.go_back()
    page.wait_for_function("() => document.documentElement.lang === 'en'", timeout=PATIENCE)
    assert page.evaluate("window.kept") is True


def _words(spoken: str) -> set[str]:
    words = catalogue(spoken)  # type: ignore[arg-type]
    return {text for key, text in words.items() if key.startswith("streamlit.")}


def test_streamlit_speaks_the_language_of_the_page(dashboard_url: str, page: Page) -> None:
    def said() -> set[str]:
        return set(page.evaluate(LABELS))

    english, french = _words("en"), _words("fr")
    _open(page, f"{dashboard_url}/postes-vacants")
    assert said() & french
    assert not said() & english
    assert not [label for label in said() if label.startswith(("Help for ", "Remove "))]
    page.evaluate("() => history.replaceState({}, '', '?lang=en')")
    assert said() & english
    assert not said() & french


def _show(frame: Frame) -> str:
    frame.wait_for_function(READY, timeout=PATIENCE)
    return frame.locator("h1").first.inner_text()


@pytest.fixture
def another_site(dashboard_url: str) -> Iterator[Callable[[str], str]]:
    """Serves, from another origin, a page that frames an address of the dashboard."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            frame = (
                f'<iframe name="framed" src="{dashboard_url}{self.path}" width="900" height="700">'
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!DOCTYPE html><p>Elsewhere</p>{frame}</iframe>".encode())

        def log_message(self, *_: object) -> None: ...

    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield lambda path: f"http://localhost:{site.server_address[1]}{path}"
    site.shutdown()
    site.server_close()


@pytest.mark.parametrize(
    ("address", "title", "shown"),
    [
        ("/embed/postes-vacants", "Postes vacants", "/embed/postes-vacants"),
        (f"/embed/{HOME}", "Vue d’ensemble", "/embed/"),
    ],
)
def test_another_site_may_frame_an_embed_address(
    another_site: Callable[[str], str], page: Page, address: str, title: str, shown: str
) -> None:
    page.goto(another_site(address))
    frame = page.frame("framed")
    assert frame is not None
    assert _show(frame) == title
    assert urlsplit(frame.url).path == shown
    assert frame.evaluate("window.refused") == []


def test_no_other_site_may_frame_a_plain_address(
    another_site: Callable[[str], str], page: Page
) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(another_site("/postes-vacants"))
    page.wait_for_timeout(1500)
    assert any("frame-ancestors" in text for text in told)
    frame = page.frame("framed")
    assert frame is not None
    assert frame.url.startswith("chrome-error:")


def test_the_address_of_the_home_page_opens_it(dashboard_url: str, page: Page) -> None:
    _open(page, f"{dashboard_url}/{HOME}?lang=en")
    assert urlsplit(page.url)[2:4] == ("/", "lang=en")
    assert page.get_by_role("dialog").count() == 0


def test_an_unknown_address_is_no_page(dashboard_url: str, page: Page) -> None:
    answer = page.goto(f"{dashboard_url}/inconnue")
    assert answer is not None
    assert answer.status == 404
    assert page.locator("h1").inner_text() == "Page introuvable"
    page.get_by_role("link", name="Aller à la vue d’ensemble").click()
    page.wait_for_function(READY, timeout=PATIENCE)
    assert urlsplit(page.url).path == "/"


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/auth/login",
        "/oauth2callback",
        "/_stcore/upload_file/a/b",
    ],
)
def test_the_real_server_keeps_shut_what_nobody_needs(dashboard_url: str, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        assert _ask(dashboard_url + path, method)[0] == 404


def test_the_real_server_refuses_another_host(dashboard_url: str) -> None:
    assert _ask(f"{dashboard_url}/healthz")[0] == 200
    assert _ask(f"{dashboard_url}/healthz", Host="evil.example")[0] == 400


def test_the_real_server_tells_its_health(dashboard_url: str, release: Release) -> None:
    status, body = _ask(f"{dashboard_url}/healthz")
    assert status == 200
    assert json.loads(body)["release_id"] == release.id
    assert _ask(f"{dashboard_url}/healthz", "HEAD") == (200, b"")


def _shakes_hands(url: str, host: str, origin: str) -> int:
    """Status of the answer to a browser that asks for the websocket."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    connection.request(
        "GET",
        "/_stcore/stream",
        headers={
            "Host": host,
            "Origin": origin,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "X-Forwarded-Proto": "https",
        },
    )
    status = connection.getresponse().status
    connection.close()
    return status


def test_behind_a_proxy_it_answers_under_the_name_that_it_was_given(
    data_root: Path, tmp_path: Path
) -> None:
    name = "observatoire.example"
    with serve_dashboard(data_root, tmp_path / "server.log", "--allowed-host", name) as url:
        assert _ask(f"{url}/postes-vacants", Host=name)[0] == 200
        assert _ask(f"{url}/postes-vacants", Host=f"www.{name}")[0] == 400
        assert _shakes_hands(url, name, f"https://{name}") == 101
        assert _shakes_hands(url, name, "https://evil.example") == 403
        assert _shakes_hands(url, "evil.example", "https://evil.example") == 400


FAILING = """
import streamlit as st
st.title("Page")
raise RuntimeError("/a/secret/path")
"""
LAUNCHER = """
import sys
from dashboard.server import create_app
create_app(script={script!r}).run(
    config={{"server.port": int(sys.argv[-1]), "server.address": "127.0.0.1",
             "server.headless": True, "browser.gatherUsageStats": False}}
)
"""


def test_an_error_of_a_page_is_said_in_plain_words(
    data_root: Path, page: Page, tmp_path: Path
) -> None:
    script, launcher = tmp_path / "failing.py", tmp_path / "launch.py"
    script.write_text(FAILING, encoding="utf-8")
    launcher.write_text(LAUNCHER.format(script=str(script)), encoding="utf-8")
    log = tmp_path / "server.log"
    with serve_launcher(launcher, data_root, log) as url:
        page.goto(url)
        page.get_by_text(catalogue("fr")["server.script_failed"]).wait_for(timeout=PATIENCE)
        shown = page.locator("body").inner_text()
    assert "secret" not in shown
    assert "Traceback" not in shown
    assert "RuntimeError" in log.read_text(encoding="utf-8")
