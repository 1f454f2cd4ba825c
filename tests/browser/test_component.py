"""The chart component in a real browser: files equal to the screen, pictures, link, embedding."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Download, Locator, Page

pytestmark = pytest.mark.browser

POLICY = "Content Security Policy"
PATIENCE = 30_000  # milliseconds
PAGE = "postes-vacants"
BLOCK = "emplois-vacants"
VIEW = "mesure=vacant_posts&champ=10_plus"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor who may use the clipboard; errors of the page end the test."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on(
        "console",
        lambda said: errors.append(said.text) if "Content Security" in said.text else None,
    )
    yield opened
    context.close()
    assert not errors


def _open(page: Page, address: str) -> Locator:
    """Opens a view and waits for its chart; gives the block."""
    page.goto(address)
    block = page.locator(f".st-key-bloc_{BLOCK}")
    block.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=PATIENCE)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')"
        "?.getAttribute('data-test-script-state') === 'notRunning'",
        timeout=PATIENCE,
    )
    return block


def _download(page: Page, button: Locator) -> Download:
    with page.expect_download(timeout=PATIENCE) as waiting:
        button.click()
    return waiting.value


def _content(download: Download, folder: Path) -> bytes:
    file = folder / download.suggested_filename
    download.save_as(file)
    return file.read_bytes()


def _button(block: Locator, name: str) -> Locator:
    return block.get_by_role("button", name=name, exact=True)


def _screen(block: Locator) -> list[list[str]]:
    """The cells of the table as they are read, row by row."""
    block.get_by_text(re.compile("Tableau des valeurs")).click()
    block.locator(".reading-table tbody tr").first.wait_for(timeout=PATIENCE)
    cells: list[list[str]] = block.locator(".reading-table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return cells


def _number(written: str) -> str:
    return re.sub(r"[^\d-]", "", written)


def test_the_files_hold_what_the_table_shows(
    dashboard_url: str, page: Page, tmp_path: Path
) -> None:
    block = _open(page, f"{dashboard_url}/{PAGE}?{VIEW}")
    screen = [(row[1], _number(row[2])) for row in _screen(block)]
    assert len(screen) > 100
    rows = csv.DictReader(
        io.StringIO(
            _content(_download(page, _button(block, "Télécharger (CSV)")), tmp_path).decode()
        )
    )
    written = [(row["period_text"], row["value"].removesuffix(".0")) for row in rows]
    assert written[: len(screen)] == screen
    workbook = _content(_download(page, _button(block, "XLSX")), tmp_path)
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        shared = parts.read("xl/sharedStrings.xml").decode()
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == len(written) + 1
    for words in ("Nombre d’emplois vacants", "Licence", "mesure=vacant_posts", BLOCK):
        assert words in shared


def test_the_pictures_carry_title_source_and_address(
    dashboard_url: str, page: Page, tmp_path: Path
) -> None:
    block = _open(page, f"{dashboard_url}/{PAGE}?{VIEW}")
    drawing = _content(_download(page, _button(block, "Image (SVG)")), tmp_path)
    tree = ElementTree.fromstring(drawing)  # noqa: S314  drawn by our own page
    said = " ".join("".join(part.itertext()) for part in tree.iter(f"{SVG}text"))
    for words in (
        "Nombre d’emplois vacants",
        "Unité",
        "Source",
        "Dares",
        f"#{BLOCK}",
        "vacant_posts",
    ):
        assert words in said
    assert len(list(tree.iter(f"{SVG}path"))) > 10
    assert b"<script" not in drawing
    picture = _content(_download(page, _button(block, "Image (PNG)")), tmp_path)
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (2 * int(tree.get("width", 0)), 2 * int(tree.get("height", 0)))


def test_the_picture_is_light_on_a_dark_screen(
    dashboard_url: str, browser: Browser, tmp_path: Path
) -> None:
    drawn = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        block = _open(page, f"{dashboard_url}/{PAGE}?{VIEW}")
        drawn.append(_content(_download(page, _button(block, "Image (SVG)")), tmp_path).decode())
        context.close()
    lines = [sorted(set(re.findall(r"stroke: (rgb\([^)]*\))", one))) for one in drawn]
    assert lines[0] == lines[1]


def test_the_copied_link_restores_the_view(dashboard_url: str, page: Page) -> None:
    block = _open(page, f"{dashboard_url}/{PAGE}?{VIEW}")
    title = block.get_by_role("heading").first.inner_text()
    _button(block, "Copier le lien").press("Enter")  # by keyboard
    page.get_by_role("status").get_by_text("Lien copié").wait_for(timeout=PATIENCE)
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert parse_qs(urlsplit(link).query) == parse_qs(VIEW)
    page.goto("about:blank")
    again = _open(page, link)
    assert again.get_by_role("heading").first.inner_text() == title


def test_the_embedding_code_shows_the_chart_alone(dashboard_url: str, page: Page) -> None:
    block = _open(page, f"{dashboard_url}/{PAGE}?{VIEW}")
    button = _button(block, "Intégrer")
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    code = block.locator(".chart-tools textarea").input_value()
    address = re.findall(r'src="([^"]*)"', code)[0].replace("&amp;", "&")
    assert urlsplit(address).path == f"/embed/{PAGE}"
    embedded = _open(page, address)
    visible = page.locator("h1, h2, h3").filter(visible=True)
    assert visible.count() == 1
    assert not page.locator("[data-testid=stSidebar]").filter(visible=True).count()
    assert not page.get_by_role("combobox").filter(visible=True).count()
    assert embedded.get_by_text("Source").first.is_visible()
    link = page.get_by_role("link", name=re.compile("dans l’observatoire"))
    with page.context.expect_page() as opened:
        link.click()
    full = opened.value
    full.locator("h1").first.wait_for(timeout=PATIENCE)
    assert urlsplit(full.url).path == f"/{PAGE}"
    assert parse_qs(urlsplit(full.url).query) == parse_qs(VIEW)


def test_a_click_on_a_heading_sorts_by_value(dashboard_url: str, page: Page) -> None:
    block = _open(page, f"{dashboard_url}/{PAGE}?{VIEW}")
    _screen(block)
    head = block.get_by_role("columnheader", name="Valeur")
    values = "cells => cells.map(cell => cell.dataset.sort).filter(Boolean).map(Number)"
    cells = block.locator(".reading-table td:nth-child(3)")
    head.get_by_role("button").click()
    rising = cells.evaluate_all(values)
    assert head.get_attribute("aria-sort") == "ascending"
    assert rising == sorted(rising)
    head.get_by_role("button").click()
    assert cells.evaluate_all(values) == sorted(rising, reverse=True)


def test_the_keyboard_skips_the_menu(dashboard_url: str, page: Page) -> None:
    _open(page, f"{dashboard_url}/{PAGE}?{VIEW}")
    page.keyboard.press("Tab")
    focus = page.evaluate("() => document.activeElement.className")
    assert focus == "skip-link"
    before = page.url
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.dataset.testid") == "stMain"
    assert page.url == before


@pytest.mark.parametrize("width", [320, 640])  # 640: 1280 pixels at 200 %
def test_nothing_is_scrolled_sideways(dashboard_url: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    block = _open(page, f"{dashboard_url}/{PAGE}?{VIEW}")
    _screen(block)
    _button(block, "Intégrer").click()
    page.wait_for_timeout(300)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    main = "() => { const m = document.querySelector('[data-testid=stMain]');"
    assert page.evaluate(main + " return m.scrollWidth <= m.clientWidth; }")


def test_the_print_has_the_chart_and_no_buttons(dashboard_url: str, page: Page) -> None:
    block = _open(page, f"{dashboard_url}/{PAGE}?{VIEW}")
    page.emulate_media(media="print")
    assert not block.locator(".chart-tools").is_visible()
    assert not page.locator("[data-testid=stSidebar]").filter(visible=True).count()
    assert block.locator(".main-svg").first.is_visible()
    content = block.locator("[data-testid=stCaptionContainer] a").first.evaluate(
        "link => getComputedStyle(link, '::after').content"
    )
    assert "http" in content
