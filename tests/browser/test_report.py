"""The report in a real browser: it fits a phone, calls nobody, needs no script, and prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dashboard.report import printing
from tests.browser.test_accessibility import REFUSED, RUN, STANDARD
from tests.conftest import run_observatoire

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1280)


@pytest.fixture(scope="module")
def report(data_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of two pages and the overview."""
    target = tmp_path_factory.mktemp("report") / "rapport.html"
    asked = [f"--page={name}" for name in ("overview", "vacancies", "turnover")]
    run = run_observatoire("report", *asked, "--output", str(target), root=data_root)
    assert run.returncode == 0, run.stdout + run.stderr
    return target


def test_it_fits_every_width_and_calls_nobody(report: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), width
        cut = page.evaluate(
            """() => [...document.querySelectorAll('svg text')].filter(text => {
              const own = text.getBoundingClientRect();
              const box = text.ownerSVGElement.getBoundingClientRect();
              return own.width && own.right > box.right + 2;
            }).map(text => text.textContent)"""
        )
        assert not cut, (width, cut)
    assert asked == [report.as_uri()]
    context.close()


def test_it_reads_without_script(report: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("figure svg").first.is_visible()
    assert page.locator("table td").first.is_visible()
    context.close()


def test_axe_finds_nothing_serious_in_it(report: Path, browser: Browser, axe: str) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(RUN, STANDARD)
    assert not [(rule["id"], rule["nodes"][:3]) for rule in found if rule["impact"] in REFUSED]
    page.close()


def test_chromium_prints_it(report: Path, chromium: str, tmp_path: Path) -> None:
    target = tmp_path / "rapport.pdf"
    printing.write_pdf(report.read_text(encoding="utf-8"), target)
    printed = target.read_bytes()
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > 8
    assert [path.name for path in tmp_path.iterdir()] == ["rapport.pdf"]
