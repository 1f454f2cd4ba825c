"""The one component that shows a chart, and what else several pages show in one way."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import polars as pl
import streamlit as st

from dashboard import caption as captions
from dashboard import chart_tools, charts, data, embedding, export
from dashboard import format as fmt
from dashboard.caption import Caption
from dashboard.keeping import colours, fingerprints, is_plain, kept, mode
from dashboard.language import language, speaking
from dashboard.release import Store
from dashboard.release import store as current_store
from dashboard.report import recording
from dashboard.report.recording import Card
from dashboard.tables import (
    Column,
    observation_columns,
    observation_rows,
    reading_table,
)
from dashboard.texts import text

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = [
    "DRAWN",
    "Card",
    "Column",
    "beside",
    "cards",
    "chart_block",
    "colours",
    "conflict_block",
    "css_class",
    "downloads",
    "drawing",
    "headline",
    "headlines",
    "is_drawn",
    "kept",
    "latest",
    "observation_block",
    "observation_columns",
    "observation_rows",
    "observed",
    "raw_line",
    "show_table",
    "way_to_the_page",
]

# The chart has no tool bar of its own: its pictures are made with title and source (chart_tools).
CHART_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
}
DOCUMENTS = "white_papers"  # source of the figures of the documents
LONG_SYMBOL = 7  # characters beyond which a unit stands under the figure, not after it
LONG_VALUE = 16  # characters of figure and unit beyond which it does too, if it is a word
SHOWN_NOTES = 5  # cautions in view; the others stand with the method
DRAWN = "_blocks_drawn"

Value = TypeVar("Value")
Lazy: TypeAlias = Value | Callable[[], Value]


def observation_block(
    store: Store,
    key: str,
    title: str,
    table: pl.DataFrame,
    *,
    draw: Callable[..., go.Figure] = charts.time_series,
    notes: Sequence[str] = (),
    summary: str | None = None,
    listed: pl.DataFrame | None = None,
    **options: Any,
) -> None:
    """Shows a chart of observations with everything that has to stand around it.

    Args:
        store: The release.
        key: Of the block, unique on the page.
        title: What is shown.
        table: Observations with a column ``series``; an empty one is said, not drawn.
        draw: A function of :mod:`dashboard.charts`.
        notes: Cautions beyond those that the rows tell.
        summary: The chart in words, if first and last values do not tell it.
        listed: The rows of the table under it, where the chart draws fewer.
        **options: For ``draw``.
    """
    if not table.height:
        _empty_block(key, title)
        return
    if _is_elsewhere(key):
        return
    caption = kept(
        lambda: captions.of_observations(table, data.sources(store)), store.id, key, table
    )
    if draw is charts.dots:
        notes = [*notes, text("chart.dots_note")]
    caption = replace(caption, notes=(*caption.notes, *notes))
    if summary is not None:
        caption = replace(caption, summary=summary)
    rows = table if listed is None else listed
    chart_block(
        key,
        caption,
        drawing(draw, table, **options),
        lambda: observation_rows(rows),
        lambda: observation_columns(rows),
        title=title,
        count=rows.height,
    )


@dataclass(frozen=True)
class Drawing:
    """A chart that is drawn once for all visitors, and sent as it was drawn.

    Attributes:
        draw: Draws it from what is given and ``colours``; depends on nothing else but the language.
        given: Tables, the release, and what has a telling ``repr``.
        options: The same by name.
    """

    draw: Callable[..., go.Figure]
    given: tuple[object, ...]
    options: dict[str, Any]

    def __call__(self) -> go.Figure:
        return self.draw(*self.given, colours=colours(), **self.options)

    def show(self, key: str, alt: str) -> None:
        """Puts it on the page."""
        parts = (self.draw, *self.given, self.options)
        if any(callable(part) and not is_plain(part) for part in (*parts, *self.options.values())):
            _plot(self(), key, alt)
        else:
            _plot_kept(fingerprints(parts), key, alt, self)


def drawing(draw: Callable[..., go.Figure], *given: object, **options: Any) -> Drawing:
    """A chart for :func:`chart_block`; see :class:`Drawing`."""
    return Drawing(draw, given, options)


# Streamlit keeps the message with the chart and sends it again: to make one of a figure costs more
# than all else of a page.
@st.cache_resource(show_spinner=False, max_entries=400)
def _plot_kept(parts: tuple[str, ...], key: str, alt: str, _drawing: Drawing) -> None:
    _plot(_drawing(), key, alt)


def _plot(figure: go.Figure, key: str, alt: str) -> None:
    st.plotly_chart(figure, key=f"{key}_chart", config=CHART_CONFIG, alt=alt)


def _empty_block(key: str, title: str) -> None:
    if (paper := recording.recorder()) is not None:
        paper.empty(key=key, title=title)
    elif not _is_elsewhere(key):
        with _frame(key):
            st.header(title, anchor=key)
            st.info(text("block.empty"))


def _is_elsewhere(key: str) -> bool:
    """Whether the page is embedded for the sake of another block."""
    return embedding.embedded_block() not in (None, key)


def _frame(key: str) -> Any:
    """The place of a block, by which the style and the script of the page find it."""
    st.session_state.setdefault(DRAWN, set()).add(key)
    return st.container(key=_frame_key(key))


def _frame_key(key: str) -> str:
    return f"bloc_{key}"


def css_class(key: str) -> str:
    """Class that Streamlit gives to the container of a block."""
    return "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", _frame_key(key))


def is_drawn(key: str) -> bool:
    """Whether this run of the page has drawn a block."""
    return key in st.session_state.get(DRAWN, ())


def chart_block(
    key: str,
    caption: Caption,
    figure: Lazy[go.Figure] | None,
    table: Lazy[pl.DataFrame],
    columns: Lazy[Sequence[Column]],
    *,
    title: str = "",
    heading: bool = True,
    count: int | None = None,
    picture: str | None = None,
    body: Callable[[], None] | None = None,
) -> None:
    """Shows one chart: what it says, the chart, cautions, source, table, files, link.

    What is given as a function is made only if it is shown. Opening the table reruns this block
    alone.

    Args:
        key: Of the block, unique on the page; its anchor and its name in an embedding address.
        caption: All that is said around it.
        figure: The chart; None for a table that stands for itself.
        table: Every row of it, as the files hold them.
        columns: Those of the screen.
        title: Subject, above the chart, in its pictures and files.
        heading: Whether the title stands above the chart, or the page says it otherwise.
        count: How many rows the table has, if it is not made yet.
        picture: SVG of a chart that is not Plotly's, for its pictures.
        body: Draws that chart, in the figure's place.
    """
    if (paper := recording.recorder()) is not None:
        paper.chart(
            key=key,
            title=title,
            caption=caption,
            figure=figure,
            table=table,
            columns=columns,
            picture=picture,
        )
        return
    if _is_elsewhere(key):
        return
    if count is None:
        table = _made(table)
        count = table.height
    with _frame(key):
        if title and heading:
            st.header(title, anchor=key)
        _block(_Block(key, title, caption, figure, table, columns, count, picture, body))


def _made(value: Lazy[Value]) -> Value:
    return value() if callable(value) else value


@dataclass(frozen=True)
class _Block:
    """What :func:`chart_block` was given."""

    key: str
    title: str
    caption: Caption
    figure: Lazy[go.Figure] | None
    table: Lazy[pl.DataFrame]
    columns: Lazy[Sequence[Column]]
    count: int
    picture: str | None
    body: Callable[[], None] | None

    @property
    def is_table(self) -> bool:
        """Whether the table stands for itself, without a chart."""
        return self.figure is None and self.body is None

    @property
    def is_drawn(self) -> bool:
        """Whether a picture can be made of it."""
        return self.figure is not None or self.picture is not None


@st.fragment
def _block(block: _Block) -> None:
    caption = block.caption
    head = _head(caption)
    if head:
        st.caption(head)
    if caption.summary:
        st.markdown(fmt.markdown(caption.summary))
    if block.figure is not None:
        alt = caption.alternative or caption.summary or head or block.title
        if isinstance(block.figure, Drawing):
            block.figure.show(block.key, alt)
        else:
            _plot(_made(block.figure), block.key, alt)
    elif block.body is not None:
        block.body()
    else:
        _table(block)
    _notes_and_sources(caption)
    if embedding.is_embedded():
        st.html(way_to_the_page(text("embed.open"), block.key))
        return
    _actions(block)
    if not block.is_table:
        rows = st.expander(
            text("block.table", n=fmt.integer(block.count)),
            on_change="rerun",
            key=f"{block.key}_table",
        )
        if rows.open:
            with rows:
                _table(block)
    if not (caption.definitions or caption.sources):
        return
    method = st.expander(text("block.method"), on_change="rerun", key=f"{block.key}_method")
    if method.open:
        with method:
            _show_method(caption)


def _table(block: _Block) -> None:
    label = block.title or text("block.table", n=fmt.integer(block.count))
    show_table(_made(block.table), _made(block.columns), label)


def show_table(
    table: pl.DataFrame, columns: Sequence[Column], label: str, *, is_tall: bool = False
) -> None:
    """Puts a table to read on the page; see :func:`dashboard.tables.reading_table`."""

    def written() -> str:
        return reading_table(table, columns, label, is_tall=is_tall)

    if all(column.write is None or is_plain(column.write) for column in columns):
        st.html(kept(written, "table", table, label, is_tall, *columns))
    else:
        st.html(written())


def _notes_and_sources(caption: Caption) -> None:
    shown = list(caption.notes[:SHOWN_NOTES])
    if len(caption.notes) > SHOWN_NOTES:
        shown.append(fmt.plural(len(caption.notes) - SHOWN_NOTES, "block.more_notes"))
    if shown:
        st.markdown("\n".join(f"- {note}" for note in shown))
    if caption.sources:
        st.caption("  \n".join(source.cited() for source in caption.sources))


def _actions(block: _Block) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        downloads(
            block.key,
            block.table,
            block.columns,
            lambda: _metadata(block.title, block.caption, _address(block.key)),
        )
        st.html(
            chart_tools.buttons(
                block.key,
                title=block.title,
                subtitle=_plain_head(block.caption),
                sources=[source.named() for source in block.caption.sources],
                mode=mode(),
                is_drawn=block.is_drawn,
                picture=block.picture,
            ),
            width="content",
        )


def downloads(
    key: str,
    table: Lazy[pl.DataFrame],
    columns: Lazy[Sequence[Column]],
    metadata: Lazy[export.Metadata] = (),
) -> None:
    """The buttons that take rows away, as CSV and as a workbook with its metadata.

    Args:
        key: Names the files.
        table: All rows.
        columns: Those of the screen.
        metadata: Of the second sheet; what every file says of the release is added.
    """
    spoken = language()
    about = [*_made(metadata), *_of_the_release()]

    def workbook() -> bytes:
        # A click asks for the file outside any run of the page.
        with speaking(spoken):
            return export.to_xlsx(
                _made(table),
                _made(columns),
                about,
                (text("metadata.data"), text("metadata.metadata")),
            )

    def values() -> bytes:
        with speaking(spoken):
            return export.to_csv(_made(table))

    for label, ending, made, mime in (
        ("block.download", "csv", values, "text/csv"),
        ("block.xlsx", "xlsx", workbook, export.WORKBOOK_TYPE),
    ):
        st.download_button(
            text(label),
            data=made,
            file_name=f"{key}.{ending}",
            mime=mime,
            key=f"{key}_{ending}",
            on_click="ignore",
            type="tertiary",
        )


def _metadata(title: str, caption: Caption, address: str) -> list[tuple[str, str]]:
    """What the second sheet of a workbook says of the block."""
    told = [
        ("title", title),
        ("unit", caption.unit),
        *(("scope", scope) for scope in caption.scopes),
        ("summary", caption.summary),
        *(("note", captions.plain(note)) for note in caption.notes),
    ]
    for source in caption.sources:
        told += [
            ("source", source.named()),
            ("source_address", source.address or fmt.missing()),
            ("licence", " – ".join(w for w in (source.licence, source.licence_address) if w)),
            ("vintages", ", ".join(source.vintages)),
            ("freshness", " ".join(w for w in (source.last_on, source.updated_on) if w)),
            ("method", source.method),
        ]
    told += [("definition", captions.plain(line)) for line in caption.definitions]
    told.append(("address", address))
    return [(text(f"metadata.{name}"), words) for name, words in told if words]


def _of_the_release() -> list[tuple[str, str]]:
    release = current_store().release
    return [
        (text("metadata.release"), release.id),
        (text("metadata.released_on"), fmt.day(release.manifest.created_at.date())),
        (text("metadata.exported_on"), fmt.day(dt.datetime.now(dt.UTC).date())),
    ]


def _address(key: str) -> str:
    """Address of this view, at this block; empty where the browser tells none."""
    here = urlsplit(st.context.url or "")
    if not here.netloc:
        return ""
    return urlunsplit((here.scheme, here.netloc, here.path, _query(), key))


def _query() -> str:
    return urlencode(
        {name: value for name, value in st.query_params.items() if name != embedding.PARAMETER}
    )


def way_to_the_page(label: str, key: str = "") -> str:
    """A link from under ``/embed`` to the page; relative, so that a proxy's prefix is kept."""
    page = urlsplit(st.context.url or "").path.rsplit("/", 1)[-1]
    query = _query()
    address = f"../{page}{'?' + query if query else ''}{'#' + key if key else ''}"
    return (
        f'<p><a href="{html.escape(address)}" target="_blank" rel="noopener">'
        f"{html.escape(label)}</a></p>"
    )


def _head(caption: Caption) -> str:
    return _unit_and_scope(caption, fmt.markdown)


def _plain_head(caption: Caption) -> str:
    return _unit_and_scope(caption, str)


def _unit_and_scope(caption: Caption, write: Callable[[str], str]) -> str:
    scopes = caption.scopes[: captions.SHOWN_SCOPES]
    words = [text("block.unit", unit=write(caption.unit))] if caption.unit else []
    if scopes:
        said = text("format.between").join(write(scope) for scope in scopes)
        if len(caption.scopes) > len(scopes):
            said += fmt.plural(len(caption.scopes) - len(scopes), "block.more_scopes")
        words.append(text("block.scope", scope=said))
    return " · ".join(words)


def _show_method(caption: Caption) -> None:
    for definition in caption.definitions:
        st.markdown(definition)
    others = caption.notes[SHOWN_NOTES:]
    if others:
        st.markdown(text("block.other_notes") + "\n" + "\n".join(f"- {note}" for note in others))
    if len(caption.scopes) > captions.SHOWN_SCOPES:
        st.markdown(
            text("block.all_scopes")
            + "\n"
            + "\n".join(f"- {fmt.markdown(s)}" for s in caption.scopes)
        )
    for source in caption.sources:
        licence = (
            fmt.link(source.licence, source.licence_address)
            if source.licence_address
            else fmt.markdown(source.licence)
        )
        st.markdown(
            f"**{fmt.markdown(source.publisher)}** – {fmt.link(source.title, source.address)}"
        )
        st.markdown(
            "\n".join(
                f"- {line}"
                for line in (
                    text("block.source_scope", scope=fmt.markdown(source.scope)),
                    text("block.source_method", method=fmt.markdown(source.method)),
                    text("block.source_licence", licence=licence),
                    *(fmt.word("warning", warning) for warning in source.warnings),
                )
            )
        )


def headlines(rows: Sequence[tuple[str, dict[str, Any] | None]], note: str = "") -> None:
    """The figures that open a page, each with its date, its source and who is counted.

    Args:
        rows: Label and observation; None where the release has no such value.
        note: What has to be said of all of them.
    """
    cards([_card(label, row) for label, row in rows], note)


def cards(shown: Sequence[Card], note: str = "") -> None:
    """Figures side by side, and under them what has to be said of all of them."""
    if (paper := recording.recorder()) is not None:
        paper.headlines(shown, note)
        return
    if embedding.embedded_block() is not None:
        return
    for column, card in zip(st.columns(len(shown)), shown, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.metric(card.label, card.value, help=card.origin)
            if card.words:
                st.caption(card.words)
    if note:
        st.caption(note)


def _card(label: str, row: dict[str, Any] | None) -> Card:
    if row is None:
        return Card(label, fmt.missing())
    return Card(label, *headline(row), origin=raw_line(row))


def headline(row: dict[str, Any]) -> tuple[str, str]:
    """The value of an observation that opens a page, and in Markdown what stands under it."""
    symbol = row["unit_symbol_text"] or ""
    value = observed(row)
    in_words = len(symbol) > LONG_SYMBOL or (symbol.isalpha() and len(value) > LONG_VALUE)
    if in_words:
        value = observed(row | {"unit_symbol_text": ""})
    words = f"{fmt.markdown(symbol)} · " if in_words else ""
    words += text(
        "headline.told",
        period=_since(row),
        publisher=fmt.markdown(row["publisher"]),
        population=fmt.markdown(row["population_text"]),
    )
    if row["status"] != "published":
        words += f" · {fmt.word('status', row['status'])}"
    if row["is_second_rank"]:
        words += f" · {fmt.word('evidence', row['evidence'])}"
    return value, words


def raw_line(row: dict[str, Any]) -> str:
    """Where an observation was read: file and line of the raw table."""
    return text(
        "headline.raw",
        source=row["source_id"],
        table=row["raw_table"],
        line=row["raw_row"],
        provenance=fmt.markdown(row["provenance"] or fmt.missing()),
    )


def _since(row: dict[str, Any]) -> str:
    when = fmt.period(row["period_start"], row["period_end"])
    set_by_law = row["family"] == "pay" and row["period_start"] == row["period_end"]
    return text("headline.since", day=when) if set_by_law and when else when


def observed(row: dict[str, Any]) -> str:
    """The value of an observation as it is written."""
    return fmt.observed(
        row["value"], row["unit_kind"], row["unit_symbol_text"], row["status"], row["qualifier"]
    )


def latest(table: pl.DataFrame, **fixed: str) -> dict[str, Any] | None:
    """The last dated value of a table of observations, some columns fixed; see `data.last_value`.

    Returns:
        The row; None if there is no such value.
    """
    return data.last_value(table.filter(pl.col(name) == value for name, value in fixed.items()))


def beside(table: pl.DataFrame, row: dict[str, Any] | None, **fixed: str) -> dict[str, Any] | None:
    """The value of a table to set beside another one, some columns fixed; see `data.beside`."""
    if row is None:
        return None
    return data.beside(table.filter(pl.col(name) == value for name, value in fixed.items()), row)


def conflict_block(store: Store, group: str, *, heading: bool = True) -> None:
    """What is said of one thing by several, side by side, with the reason why they differ."""
    key = f"conflit-{group}"
    table = data.conflicts(store, group)
    if not table.height:
        st.info(text("block.empty"))
        return
    if _is_elsewhere(key):
        return
    first = table.row(0, named=True)
    unit_id, unit_text = data.main_unit(table)
    drawable = table.filter(pl.col("unit_id") == unit_id)
    chart = drawable.select(
        label="label",
        value="value",
        value_high="value_high",
        written="short",
        group=pl.col("member_kind").replace_strict(
            {kind: text(f"conflict.{kind}") for kind in ("figure", "observation")}
        ),
        hollow=pl.col("member_kind") == "figure",
    )
    caption = Caption(
        unit=unit_text,
        sources=_conflict_sources(store, table),
        summary=text("conflict.reason", reason=first["conflict_reason_text"]),
        notes=(
            text("conflict.note"),
            *([text("conflict.other_units")] if drawable.height < table.height else []),
        ),
        alternative=text("format.between").join(
            f"{row['written']} ({row['label']})" for row in table.iter_rows(named=True)
        ),
    )
    chart_block(
        key,
        caption,
        drawing(charts.claims, chart),
        table.drop("label", "short"),
        [
            Column("said_by_text", text("column.said_by"), width="medium"),
            Column("written", text("column.value")),
            Column("period_text", text("column.period")),
            Column("scope_text", text("column.scope"), width="medium"),
            Column("member_note_text", text("column.note"), width="large"),
            Column("label_text", text("column.label"), width="medium"),
            Column("member_id", text("column.reference"), width="medium"),
        ],
        title=first["conflict_label_text"],
        heading=heading,
    )


def _conflict_sources(store: Store, table: pl.DataFrame) -> tuple[captions.SourceRef, ...]:
    """The documents as one source, and the source of each observation (its id opens the key)."""
    observed_by = (
        table.filter(pl.col("member_kind") == "observation")["member_id"]
        .str.split(":")
        .list.first()
    )
    cited = {DOCUMENTS, *observed_by.to_list()}
    return tuple(
        captions.source_ref(row)
        for row in data.sources(store).iter_rows(named=True)
        if row["source_id"] in cited
    )
