"""The one component that shows a chart, and the tables under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
import streamlit as st

from dashboard import caption as captions
from dashboard import charts, data, export
from dashboard import format as fmt
from dashboard.caption import Caption
from dashboard.release import Store
from dashboard.texts import text
from dashboard.theme import Mode, Palette, palette

if TYPE_CHECKING:
    import plotly.graph_objects as go

MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
# Nothing of the chart's own tool bar but the picture, with its words in French.
CHART_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "modeBarButtons": [["toImage"]],
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "locale": "fr",
    "locales": {
        "fr": {
            "dictionary": {"Download plot as a PNG": "Télécharger l’image (PNG)"},
            "format": {
                "months": MONTHS.split(),
                "shortMonths": [month[:4] for month in MONTHS.split()],
                "days": ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
                "shortDays": ["dim", "lun", "mar", "mer", "jeu", "ven", "sam"],
                "date": "%d/%m/%Y",
            },
        }
    },
}
MAX_TABLE_HEIGHT = 420
DOCUMENTS = "white_papers"  # source of the figures of the documents
LONG_SYMBOL = 7  # characters beyond which a unit stands under the figure, not after it


@dataclass(frozen=True)
class Column:
    """A column of a table on screen.

    Attributes:
        name: In the frame.
        label: French heading.
        write: From a value to French text; the value itself keeps its order for sorting.
        kind: ``text``, ``number`` or ``link``.
        width: ``medium`` or ``large`` for long text; by default what the content needs.
    """

    name: str
    label: str
    write: Callable[[Any], str] | None = None
    kind: str = "text"
    width: Literal["medium", "large"] | None = None


def colours() -> Palette:
    """The palette of the visitor's light or dark mode."""
    mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
    return palette(mode)


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
    st.subheader(title, anchor=key)
    if not table.height:
        st.info(text("block.empty"))
        return
    caption = captions.of_observations(table, data.sources(store))
    if draw is charts.dots:
        notes = [*notes, text("chart.dots_note")]
    caption = replace(caption, notes=(*caption.notes, *notes))
    if summary is not None:
        caption = replace(caption, summary=summary)
    figure = draw(table, colours=colours(), **options)
    rows = table if listed is None else listed
    chart_block(key, caption, figure, observation_rows(rows), observation_columns(rows))


@st.fragment
def chart_block(
    key: str,
    caption: Caption,
    figure: go.Figure | None,
    table: pl.DataFrame,
    columns: Sequence[Column],
) -> None:
    """Shows one chart: what it says, the chart, cautions, source, table, download.

    The title stands above it, outside. Opening the table reruns only this block.
    """
    st.caption(_head(caption))
    if caption.summary:
        st.markdown(fmt.markdown(caption.summary))
    if figure is not None:
        st.plotly_chart(
            figure,
            key=f"{key}_chart",
            config=CHART_CONFIG | {"toImageButtonOptions": {"filename": key, "scale": 2}},
            alt=caption.alternative or caption.summary or _head(caption),
        )
    if caption.notes:
        st.markdown("\n".join(f"- {note}" for note in caption.notes))
    if caption.sources:
        st.caption("  \n".join(source.cited() for source in caption.sources))
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            text("block.download"),
            data=partial(export.to_csv, table),
            file_name=f"{key}.csv",
            mime="text/csv",
            key=f"{key}_csv",
            on_click="ignore",
            icon=":material/download:",
        )
    rows = st.expander(
        text("block.table", n=fmt.integer(table.height)), on_change="rerun", key=f"{key}_table"
    )
    if rows.open:
        with rows:
            show_table(table, columns, key=f"{key}_rows")
    method = st.expander(text("block.method"), on_change="rerun", key=f"{key}_method")
    if method.open:
        with method:
            _show_method(caption)


def _head(caption: Caption) -> str:
    scopes = caption.scopes[: captions.SHOWN_SCOPES]
    words = [text("block.unit", unit=fmt.markdown(caption.unit))] if caption.unit else []
    if scopes:
        said = " ; ".join(fmt.markdown(scope) for scope in scopes)
        if len(caption.scopes) > len(scopes):
            said += fmt.plural(len(caption.scopes) - len(scopes), "block.more_scopes")
        words.append(text("block.scope", scope=said))
    return " · ".join(words)


def _show_method(caption: Caption) -> None:
    for definition in caption.definitions:
        st.markdown(definition)
    if len(caption.scopes) > captions.SHOWN_SCOPES:
        st.markdown(
            text("block.all_scopes")
            + "\n"
            + "\n".join(f"- {fmt.markdown(s)}" for s in caption.scopes)
        )
    for source in caption.sources:
        st.markdown(
            f"**{fmt.markdown(source.publisher)}** – {fmt.link(source.title, source.address)}"
        )
        st.markdown(
            "\n".join(
                f"- {line}"
                for line in (
                    text("block.source_scope", scope=fmt.markdown(source.scope)),
                    text("block.source_method", method=fmt.markdown(source.method)),
                    text("block.source_licence", licence=fmt.markdown(source.licence)),
                    *(fmt.word("warning", warning) for warning in source.warnings),
                )
            )
        )


def observation_rows(table: pl.DataFrame) -> pl.DataFrame:
    """The rows as they are listed and exported: each leads to its source and raw line."""
    return table.select(
        "series",
        "indicator_id",
        "indicator_text",
        "population_text",
        "occupation_text",
        "nomenclature",
        "geography_text",
        "period_start",
        "period_end",
        period_text=_periods(table),
        value="value",
        unit="unit",
        status="status",
        qualifier="qualifier",
        numerator="numerator",
        denominator="denominator",
        comparability_group="comparability_group",
        break_before="break_before",
        break_reason_text="break_reason_text",
        source_id="source_id",
        vintage="vintage",
        is_latest="is_latest",
        evidence="evidence",
        is_second_rank="is_second_rank",
        publisher="publisher",
        provenance="provenance",
        provenance_url="provenance_url",
        raw_file=pl.format("data/raw/{}/{}.csv", "source_id", "raw_table"),
        raw_row="raw_row",
        scope_text="scope_text",
        note="note",
    )


def _periods(table: pl.DataFrame) -> pl.Series:
    pairs = table.select("period_start", "period_end").iter_rows()
    return pl.Series([fmt.period(start, end) for start, end in pairs], dtype=pl.String)


def observation_columns(table: pl.DataFrame) -> list[Column]:
    """Columns of the table under a chart of observations."""
    kind, symbol = table.select("unit_kind", "unit_symbol_text").row(0)

    def written(value: float | None) -> str:
        return fmt.quantity(value, kind, symbol)

    return [
        Column("series", text("column.series"), width="medium"),
        Column("period_text", text("column.period")),
        Column("value", text("column.value"), written, "number"),
        Column("status", text("column.status"), lambda code: fmt.word("status", code)),
        Column("qualifier", text("column.qualifier"), _qualifier),
        Column("vintage", text("column.vintage")),
        Column("publisher", text("column.publisher"), width="medium"),
        Column("evidence", text("column.evidence"), lambda code: fmt.word("evidence", code)),
        Column("scope_text", text("column.scope"), width="medium"),
        Column("provenance", text("column.provenance"), width="medium"),
        Column("provenance_url", text("column.address"), kind="link"),
        Column("raw_file", text("column.raw_file"), width="medium"),
        Column("raw_row", text("column.raw_row"), lambda row: str(int(row)), "number"),
        Column("note", text("column.note"), width="large"),
    ]


def _qualifier(code: str | None) -> str:
    return "" if code in (None, "exact") else fmt.word("qualifier", code)


def show_table(
    table: pl.DataFrame, columns: Sequence[Column], key: str, tallest: int = MAX_TABLE_HEIGHT
) -> None:
    """A table whose numbers are written in French and still sort as numbers."""
    shown = [column for column in columns if _says_something(table, column)]
    frame = table.select(
        pl.col(column.name).fill_null("")
        if column.write is None and _is_text(table, column)
        else pl.col(column.name)
        for column in shown
    ).to_pandas()
    style = frame.style
    for column in shown:
        if column.write is not None:
            style = style.format(partial(_write, column.write), subset=[column.name])
    config: dict[str, Any] = {}
    for column in shown:
        if column.kind == "link":
            config[column.name] = st.column_config.LinkColumn(
                column.label, width=column.width, display_text=text("column.open")
            )
        else:
            config[column.name] = st.column_config.Column(column.label, width=column.width)
    st.dataframe(
        style,
        key=key,
        hide_index=True,
        column_config=config,
        height=min(tallest, 38 + 35 * table.height),
        placeholder=fmt.missing(),
        alt=text("block.table", n=fmt.integer(table.height)),
    )


def _says_something(table: pl.DataFrame, column: Column) -> bool:
    return column.kind == "number" or table[column.name].drop_nulls().len() > 0


def _write(write: Callable[[Any], str], value: Any) -> str:
    missing = value is None or value != value
    return write(None if missing else value)


def _is_text(table: pl.DataFrame, column: Column) -> bool:
    return column.kind != "number" and table.schema[column.name] == pl.String


def headlines(rows: Sequence[tuple[str, dict[str, Any] | None]]) -> None:
    """The figures that open a page, each with its date, its source and who is counted.

    Args:
        rows: Label and observation; None where the release has no such value.
    """
    for column, (label, row) in zip(st.columns(len(rows)), rows, strict=True):
        with column, st.container(border=True, height="stretch"):
            if row is None:
                st.metric(label, fmt.missing())
                continue
            symbol = row["unit_symbol_text"] or ""
            in_words = len(symbol) > LONG_SYMBOL
            value = observed(row | {"unit_symbol_text": ""} if in_words else row)
            st.metric(label, value, help=raw_line(row))
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
            st.caption(words)


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
    table = data.conflicts(store, group)
    if not table.height:
        st.info(text("block.empty"))
        return
    first = table.row(0, named=True)
    if heading:
        st.subheader(first["conflict_label_text"], anchor=f"conflit-{group}")
    st.markdown(text("conflict.reason", reason=fmt.markdown(first["conflict_reason_text"])))
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
        notes=(
            text("conflict.note"),
            *([text("conflict.other_units")] if drawable.height < table.height else []),
        ),
        alternative=" ; ".join(
            f"{row['written']} ({row['label']})" for row in table.iter_rows(named=True)
        ),
    )
    chart_block(
        f"conflit_{group}",
        caption,
        charts.claims(chart, colours=colours()),
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
