"""The three numbers of October 2023 (1.6, 1.1, 1.2) under every reading, and the fall in parts."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls
from dashboard import format as fmt
from dashboard.blocks import Card, Column
from dashboard.caption import Caption
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.pay import common, loading
from dashboard.views.pay.loading import Choice

SHOWN = 12  # combinations in the chart
PARTS = ("combinations", "pairs", "fall")
NUMBERS = ("2001", "2023", "2023_segur")


def headline(store: Store) -> None:
    """The three numbers under their natural reading, and where the same pay stands today."""
    row = loading.answer(store)
    if row is None:
        return
    told = [
        Card(
            text(f"pay.answer_{name}"),
            text("pay.smic", n=common.ratio(row[f"ratio_{name}"])),  # type: ignore[arg-type]
            text(f"pay.date_{row[rule]}"),
        )
        for name, rule in zip(
            NUMBERS, ("date_rule_2001", "date_rule_2023", "date_rule_2023"), strict=True
        )
    ]
    last, with_segur = row["last"], row["last_segur"]
    if isinstance(last, dict) and isinstance(with_segur, dict):
        told.append(
            Card(
                text("pay.answer_last", month=fmt.month(last["month"])),
                text("pay.smic", n=common.ratio(last["ratio_conventional"])),
                text("pay.answer_with", ratio=common.ratio(with_segur["ratio_conventional"])),
            )
        )
    blocks.cards(told, note=text("pay.answer_note", combination=_combination(row)))


def show(store: Store) -> None:
    """How many combinations give the three numbers, which ones, and the fall of one of them."""
    table = loading.readings(store)
    if not table.height:
        st.info(text("block.empty"))
        return
    combinations = loading.by_combination(table)
    st.header(text("pay.numbers_title"), anchor="lectures")
    st.markdown(_in_words(table, combinations))
    for name in ("educator_smic_2001", "educator_smic_2023", "educator_smic_2023_segur"):
        st.page_link(
            "views/claims/page.py",
            label=text(f"pay.open_{name}"),
            query_params={"affirmation": name},
            icon=":material/fact_check:",
        )
    part = controls.choose_one(
        "partie", text("pay.show"), {name: text(f"pay.part_{name}") for name in PARTS}
    )
    if part == "combinations":
        _combinations(store, combinations)
    elif part == "pairs":
        _pairs(store, table)
    else:
        _fall(store, table)


def _in_words(table: pl.DataFrame, combinations: pl.DataFrame) -> str:
    giving = table.filter("is_all_three").height
    always = combinations.filter(pl.col("n_all_three") == pl.col("n_pairs"))
    natural = table.filter("is_natural")
    words = [
        text(
            "pay.numbers_words",
            giving=fmt.integer(giving),
            every=fmt.integer(table.height),
            combinations=fmt.integer(combinations.filter(pl.col("n_all_three") > 0).height),
            every_combination=fmt.integer(combinations.height),
            pairs=fmt.integer(combinations["n_pairs"].max()),  # type: ignore[arg-type]
        )
    ]
    for row in always.iter_rows(named=True):
        words.append(text("pay.always", combination=_combination(row)))
    if natural.height:
        row = natural.row(0, named=True)
        key = "pay.natural_yes" if row["is_all_three"] else "pay.natural_no"
        words.append(
            text(
                key,
                combination=_combination(row),
                dates=_dates(row),
                first=common.ratio(row["ratio_2001"]),
                second=common.ratio(row["ratio_2023"]),
                third=common.ratio(row["ratio_2023_segur"]),
                why=fmt.markdown(row["natural_why_text"] or fmt.missing()),
            )
        )
    return "\n\n".join(words)


def _combination(row: dict[str, object]) -> str:
    return text("format.between").join(
        (
            fmt.inside(text(f"pay.{row['pay_convention']}")),
            text(f"pay.{row['reference_wage']}"),
            fmt.inside(text(f"pay.{row['employer_group']}")),
            fmt.inside(text(f"pay.scale_{row['scale']}")),
            fmt.plural(int(str(row["seniority_years"])), "pay.years"),
        )
    )


def _dates(row: dict[str, object]) -> str:
    return text(
        "pay.dates",
        first=text(f"pay.date_{row['date_rule_2001']}"),
        last=text(f"pay.date_{row['date_rule_2023']}"),
    )


def _combinations(store: Store, combinations: pl.DataFrame) -> None:
    chart = combinations.head(SHOWN).select(
        label=pl.Series(
            [
                (f"★ {_combination(row)}" if row["is_natural"] else _combination(row))
                for row in combinations.head(SHOWN).iter_rows(named=True)
            ],
            dtype=pl.String,
        ),
        value=pl.col("n_all_three").cast(pl.Float64),
        value_high=pl.lit(None, pl.Float64),
        written=pl.format("{} / {}", "n_all_three", "n_pairs"),
        group=pl.lit(""),
        hollow=~pl.col("is_natural"),
    )
    blocks.chart_block(
        "combinaisons",
        Caption(
            unit=text("pay.pairs_unit"),
            scopes=(text("pay.educator_scope"),),
            sources=common.cited(store, "ccn66", "smic", "gmr", "segur"),
            notes=(text("pay.pairs_note", n=fmt.integer(chart.height)), text("pay.gmr_note")),
        ),
        blocks.drawing(charts.claims, chart),
        combinations,
        [
            Column("is_natural", text("pay.natural"), _yes),
            *_combination_columns(),
            Column("n_all_three", text("pay.n_all_three"), fmt.integer, "number"),
            Column("n_pairs", text("pay.n_pairs"), fmt.integer, "number"),
            *(
                Column(f"{end}_{name}", text(f"pay.{end}_{name}"), common.ratio, "number")
                for name in NUMBERS
                for end in ("min", "max")
            ),
        ],
        title=text("pay.combinations_title"),
    )


def _pairs(store: Store, table: pl.DataFrame) -> None:
    rules = list(dict.fromkeys(table["date_rule_2001"].to_list()))
    natural = table.filter("is_natural")
    default = natural.row(0, named=True) if natural.height else {}
    labels = {rule: text(f"pay.date_{rule}") for rule in sorted(rules)}
    with controls.row():
        first = controls.choose_from(
            "date_2001", text("pay.date_2001"), labels, default.get("date_rule_2001"), width=300
        )
        last = controls.choose_from(
            "date_2023", text("pay.date_2023"), labels, default.get("date_rule_2023"), width=300
        )
        only = controls.choose_one(
            "lectures",
            text("pay.show"),
            {name: text(f"pay.show_{name}") for name in ("all", "three")},
        )
    shown = table.filter(pl.col("date_rule_2001") == first, pl.col("date_rule_2023") == last)
    st.markdown(
        text(
            "pay.pairs_words",
            n=fmt.integer(shown.filter("is_all_three").height),
            total=fmt.integer(shown.height),
        )
    )
    blocks.chart_block(
        "toutes-les-lectures",
        Caption(
            unit=text("pay.numbers_unit"),
            scopes=(text("pay.educator_scope"),),
            sources=common.cited(store, "ccn66", "smic", "gmr", "segur"),
            notes=(text("pay.match_note"),),
        ),
        None,
        shown if only == "all" else shown.filter("is_all_three"),
        [
            Column("is_all_three", text("pay.is_all_three"), _yes),
            Column("is_natural", text("pay.natural"), _yes),
            *_combination_columns(),
            *(
                column
                for name in NUMBERS
                for column in (
                    Column(f"ratio_{name}", text(f"pay.ratio_{name}"), common.ratio, "number"),
                    Column(f"is_match_{name}", text(f"pay.match_{name}"), _yes),
                )
            ),
        ],
        title=text("pay.pairs_title"),
    )


def _combination_columns() -> list[Column]:
    return [
        Column("pay_convention", text("pay.convention"), lambda c: text(f"pay.{c}")),
        Column("reference_wage", text("pay.reference_2001"), lambda c: text(f"pay.{c}")),
        Column("employer_group", text("pay.group"), lambda c: text(f"pay.{c}")),
        Column("scale", text("pay.scale"), lambda c: text(f"pay.scale_{c}")),
        Column("seniority_years", text("pay.seniority"), fmt.integer, "number"),
    ]


def _yes(value: object) -> str:
    return text("pay.yes") if value else text("pay.no")


def _fall(store: Store, table: pl.DataFrame) -> None:
    """What the fall of the natural combination is made of, on averages of the year."""
    natural = table.filter("is_natural")
    if not natural.height:
        return
    row = natural.row(0, named=True)
    chosen = Choice(
        loading.CCN66,
        loading.EDUCATOR,
        text("pay.educator"),
        row["seniority_years"],
        row["scale"],
        row["pay_convention"],
        row["reference_wage"],
        row["employer_group"],
    )
    parts = loading.fall(store, chosen)
    if not parts.height:
        return
    first = parts.row(0, named=True)
    low, high = parts["ratio_2001_on_floor"].min(), parts["ratio_2001_on_floor"].max()
    shares = parts["share_of_fall_from_convergence"]
    chart = pl.DataFrame(
        [
            _fall_row("fall_2001_35h", first["ratio_2001_on_35h"], None),
            _fall_row("fall_2001_floor", low, high),
            _fall_row("fall_2023", first["ratio_2023"], None),
            _fall_row("fall_2023_segur", first["ratio_2023_segur"], None),
        ],
        schema_overrides={"value_high": pl.Float64},
    )
    blocks.chart_block(
        "chute",
        Caption(
            unit=text("pay.numbers_unit"),
            scopes=(common.scope(chosen),),
            sources=common.cited(store, "ccn66", "smic", "gmr", "segur", "consumer_prices"),
            summary=text(
                "pay.fall_words",
                low=fmt.percent(shares.min(), 0),  # type: ignore[arg-type]
                high=fmt.percent(shares.max(), 0),  # type: ignore[arg-type]
                prices=_change(first["price_change"]),
                pay=_change(first["real_pay_change"]),
                pay_segur=_change(first["real_pay_change_with_segur"]),
                smic=_change(first["real_smic_35h_change"]),
                floor_low=_change(parts["real_floor_change"].min()),
                floor_high=_change(parts["real_floor_change"].max()),
            ),
            notes=(text("pay.fall_note"),),
            definitions=(text("pay.fall_definition"),),
        ),
        blocks.drawing(charts.claims, chart),
        parts,
        [
            Column("floor_2001", text("pay.floor_2001"), lambda c: text(f"pay.{c}")),
            *(
                Column(name, text(f"pay.{name}"), fmt.euros, "number")
                for name in (
                    "pay_2001_eur",
                    "floor_2001_eur",
                    "smic_35h_2001_eur",
                    "pay_2023_eur",
                    "pay_2023_segur_eur",
                    "smic_2023_eur",
                )
            ),
            *(
                Column(name, text(f"pay.{name}"), common.ratio, "number")
                for name in ("ratio_2001_on_35h", "ratio_2001_on_floor")
            ),
            Column("ratio_2023", text("pay.ratio_2023"), common.ratio, "number"),
            Column("ratio_2023_segur", text("pay.ratio_2023_segur"), common.ratio, "number"),
            Column(
                "share_of_fall_from_convergence", text("pay.share_of_fall"), fmt.percent, "number"
            ),
            *(
                Column(name, text(f"pay.{name}"), _change, "number")
                for name in (
                    "real_pay_change",
                    "real_pay_change_with_segur",
                    "real_smic_35h_change",
                    "real_floor_change",
                )
            ),
        ],
        title=text("pay.fall_title"),
    )


def _fall_row(key: str, value: object, high: object) -> dict[str, object]:
    low = common.ratio(value)  # type: ignore[arg-type]
    return {
        "label": text(f"pay.{key}"),
        "value": value,
        "value_high": high,
        "written": low if high is None else text("format.range", low=low, high=common.ratio(high)),  # type: ignore[arg-type]
        "group": "",
        "hollow": False,
    }


def _change(value: object) -> str:
    number = None if value is None else float(str(value))
    return fmt.signed(number, fmt.percent(None if number is None else abs(number), 0))
