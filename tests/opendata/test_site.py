"""The pages of an edition: whole, self-contained, accessible, and readable on a phone."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import polars as pl
import pytest

from opendata import dictionary_pages
from opendata.description import describe
from opendata.html import prose, size, unbroken
from opendata.model import OpenEdition
from opendata.package import table_schema
from opendata.site import EXAMPLE_ADDRESS, EXAMPLES, HOW_TO, examples, index_page
from opendata.words import words
from tests.browser.test_accessibility import REFUSED, RUN, STANDARD
from tests.opendata.small import small_edition

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = ("index.html", "schema/dictionnaire.html", "schema/dictionary.html")


class Reading(HTMLParser):
    """Tags, ids and links of a page; void elements have no end."""

    VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.named: list[str] = []
        self.tags: Counter[str] = Counter()
        self.levels: list[int] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        for name, value in attrs:
            if name == "id":
                self.ids[value or ""] += 1
            if name in ("href", "src"):
                self.links.append(value or "")
            if name in ("aria-labelledby", "aria-describedby"):
                self.named.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> OpenEdition:
    folder = tmp_path_factory.mktemp("small")
    return small_edition(folder / "release", folder / "edition")


@pytest.fixture(scope="module")
def real_folder(edition: OpenEdition, edition_folder: Path) -> Path:
    """The whole edition of the session's release; not to be changed."""
    assert edition.files
    return edition_folder


def test_the_page_tells_each_table_with_its_files(small: OpenEdition) -> None:
    page = Reading(index_page(small))
    for file in small.files:
        assert file.path in page.links
    for name in small.rights.tables:
        assert page.ids[name] == 1
    assert "4 lignes, 10 colonnes · 2023–2024" in page.text
    assert "CSV pour tableur français (archive ZIP)" in page.text


def test_the_page_tells_what_is_withheld_and_why(small: OpenEdition) -> None:
    text = Reading(index_page(small)).text
    assert "1 ligne retenue : conditions de réutilisation non connues." in text
    assert "1 ligne retenue : valeurs lues ailleurs que chez le producteur" in text
    assert (
        "Colonne retenue : point_value_eur. Elle reprend des séries dont les conditions de "
        "réutilisation ne sont pas connues. Source : Partenaires sociaux."
    ) in text
    assert "Table mart_smic (mart_smic). Source : Partenaires sociaux." in text
    assert (
        "Partenaires sociaux, Convention de 1966 : conditions de réutilisation non connues" in text
    )


def test_what_the_release_says_is_escaped(small: OpenEdition) -> None:
    page = index_page(small)
    assert "clé de fct_observation &amp; «\u00a0voisins\u00a0»" in page
    said = dictionary_pages.tables_in("fr", small, describe(small.release))
    assert any("<fct_observation>" in column.description for column in said[2].columns)
    assert prose("a `b<c` <d>") == "a <code>b&lt;c</code> &lt;d&gt;"


def test_punctuation_stays_with_its_word_but_in_code() -> None:
    assert unbroken("<p>a : b « c » ;</p>") == "<p>a\u00a0: b «\u00a0c\u00a0»\u00a0;</p>"
    code = '<a title="x : y"><code>a : b</code><pre>c ; d</pre><style>e : f</style></a>'
    assert unbroken(code) == code


def test_sizes_are_written_as_one_reads_them() -> None:
    assert size(999, "fr") == "999\u00a0octets"
    assert size(1_234, "fr") == "1,2\u00a0ko"
    assert size(58_200_000, "fr") == "58,2\u00a0Mo"
    assert size(443_000_000, "en") == "443\u00a0MB"


def test_examples_are_those_of_the_documentation(small: OpenEdition) -> None:
    documented = HOW_TO.read_text(encoding="utf-8")
    shown = examples("")
    assert tuple(shown) == EXAMPLES
    assert all(code in documented for code in shown.values())
    own = examples("https://donnees.example.org/o")
    assert all(EXAMPLE_ADDRESS not in code for code in own.values())
    assert all("https://donnees.example.org/o" in code for code in own.values())


def test_both_catalogues_hold_the_same_words() -> None:
    def keys(value: Any) -> Any:
        return {key: keys(inner) for key, inner in value.items()} if isinstance(value, dict) else 0

    assert keys(words("fr")) == keys(words("en"))


# The dictionary.


def test_the_dictionary_holds_every_column_withheld_ones_too(
    small: OpenEdition, tmp_path: Path
) -> None:
    dictionary_pages.write(small, tmp_path)
    columns = small.release.sql('select mart, "column" from dictionary').rows()
    for language, separator, column, handed_out in (
        ("fr", ";", "colonne", "diffusee"),
        ("en", ",", "column", "is_handed_out"),
    ):
        frame = pl.read_csv(
            tmp_path / "schema" / f"dictionary.{language}.csv",
            separator=separator,
            infer_schema=False,
        )
        assert sorted(frame.select("table", column).rows()) == sorted(columns)
        withheld = frame.filter(pl.col(handed_out).is_in(["FAUX", "false"]))
        assert withheld.select("table", column).rows() == [
            ("mart_pay", "point_value_eur"),
            ("mart_smic", "month"),
            ("mart_smic", "smic_hourly_eur"),
        ]


def test_each_handed_out_table_has_its_schema(small: OpenEdition, tmp_path: Path) -> None:
    dictionary_pages.write(small, tmp_path)
    files = {file.stem: file for file in (tmp_path / "schema").glob("*.json")}
    assert files.keys() == small.rights.tables.keys()
    schema = json.loads(files["fct_observation"].read_text(encoding="utf-8"))
    tables = small.rights.tables
    assert schema == table_schema(tables["fct_observation"], describe(small.release), tables)


@pytest.mark.parametrize(
    ("language", "unit", "said"),
    [
        ("fr", "count", "nombre"),
        ("en", "fraction", "fraction (0.045 for 4.5%)"),
        ("fr", "that of the column unit_id", "unité dans la colonne unit_id"),
        ("fr", "parsec", "parsec"),
        ("fr", "", ""),
    ],
)
def test_units_are_said_in_words(language: Any, unit: str, said: str) -> None:
    assert dictionary_pages.unit_in(language, unit) == said


def test_every_unit_of_the_release_is_said_in_both_languages(edition: OpenEdition) -> None:
    tables = describe(edition.release).tables.values()
    units = {column.unit for table in tables for column in table.columns.values()} - {""}
    for language in ("fr", "en"):
        unknown = [
            unit
            for unit in units
            if unit not in words(language)["units"] and not dictionary_pages.THAT_OF.fullmatch(unit)
        ]
        assert unknown == []


# The real pages.


@pytest.mark.parametrize("name", PAGES)
def test_links_of_the_real_pages_lead_somewhere(real_folder: Path, name: str) -> None:
    file = real_folder / name
    page = Reading(file.read_text(encoding="utf-8"))
    assert page.tags["script"] == page.tags["img"] == page.tags["iframe"] == 0
    assert page.tags["h1"] == 1
    assert all(after - before <= 1 for before, after in pairwise(page.levels))
    assert [one for one, count in page.ids.items() if count > 1] == []
    assert set(page.named) <= page.ids.keys()
    for link in page.links:
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme in ("http", "https")
            continue
        target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
        assert target.is_file(), link
        if parts.fragment:
            ids = Reading(target.read_text(encoding="utf-8")).ids
            assert parts.fragment in ids, link


def test_every_file_of_the_real_edition_is_linked(real_folder: Path) -> None:
    links = set(Reading((real_folder / "index.html").read_text(encoding="utf-8")).links)
    data = {
        file.relative_to(real_folder).as_posix()
        for file in (real_folder / "data").rglob("*")
        if file.is_file()
    }
    assert data <= links


def violations(page: Page, source: str) -> list[str]:
    """What axe finds serious on a page as it stands."""
    page.evaluate(source)
    return [
        f"{rule['id']} {node['target']} {node['why']}"
        for rule in page.evaluate(RUN, STANDARD)
        if rule["impact"] in REFUSED
        for node in rule["nodes"]
    ]


@pytest.mark.browser
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(
    real_folder: Path, browser: Browser, axe: str, name: str, mode: Any
) -> None:
    page = browser.new_page(color_scheme=mode, viewport={"width": 320, "height": 800})
    try:
        page.goto((real_folder / name).as_uri())
        assert violations(page, axe) == []
    finally:
        page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_and_nothing_is_fetched(
    real_folder: Path, browser: Browser, name: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto((real_folder / name).as_uri())
        assert asked == [(real_folder / name).as_uri()]
        assert page.evaluate(
            "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
        # Text may leave its box only where the box scrolls.
        cut = page.evaluate(
            """() => [...document.querySelectorAll('p, li, dt, dd, h1, h2, h3, h4, a, code')]
                .filter(one => !one.closest('pre, .skip'))
                .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
                .map(one => one.textContent.slice(0, 80))"""
        )
        assert cut == []
    finally:
        page.close()


@pytest.mark.browser
def test_the_page_is_used_with_the_keyboard(real_folder: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1024, "height": 800})
    focused = "() => document.activeElement.textContent"
    try:
        page.goto((real_folder / "index.html").as_uri())
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == "Aller au contenu"
        box = page.locator(":focus").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.closest('main') !== null")
        page.locator("pre").first.focus()
        assert (
            page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") != "none"
        )
    finally:
        page.close()


@pytest.mark.browser
def test_the_page_is_printed_black_on_white_with_the_addresses(
    real_folder: Path, browser: Browser
) -> None:
    page = browser.new_page(color_scheme="dark")
    try:
        page.goto((real_folder / "index.html").as_uri())
        page.emulate_media(media="print", color_scheme="dark")
        looks = page.evaluate(
            """() => [getComputedStyle(document.body).color,
                getComputedStyle(document.body).backgroundColor,
                getComputedStyle(document.querySelector('.places a'), '::after').content]"""
        )
        assert looks[:2] == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
        assert "http" in looks[2]
        assert not page.locator("nav").first.is_visible()
    finally:
        page.close()
