"""Each way in which a bundled file can be broken ends in one message that says where and what."""

from __future__ import annotations

import pytest

from ingest.checks import Codes, check_source
from ingest.declarations import read_declaration
from ingest.errors import DataProblem
from tests.ingest.conftest import FACTS, SmallSource


def test_a_whole_source_passes_as_text_with_line_numbers(small_source: SmallSource) -> None:
    facts, provenance = small_source.check()
    assert facts.raw_name == "maker_posts__facts"
    assert facts.frame["n_posts"].to_list() == ["100", "40", "*", "41"]
    assert facts.frame["rate"].to_list() == ["1.5", "0.8", None, "0.9"]
    assert facts.frame["_row_number"].to_list() == [2, 3, 4, 5]
    assert provenance.frame.height == 2


BROKEN = {
    "cut in the middle of a line": (FACTS.encode()[:-6], 5, None, "cut short"),
    "cut at the end of a line": (
        FACTS.encode()[: FACTS.rindex("2024-T2,large")],
        4,
        None,
        "3 rows where the declaration says 4",
    ),
    "empty": (b"", 1, None, "empty"),
    "a column renamed": (
        FACTS.replace("n_posts", "posts_count").encode(),
        1,
        "n_posts",
        "found 'posts_count'",
    ),
    "two columns swapped": (
        FACTS.replace("quarter,field", "field,quarter").encode(),
        1,
        "quarter",
        "found 'field'",
    ),
    "a column too many": (
        FACTS.replace("provenance_id\n", "provenance_id,extra\n").encode(),
        1,
        "extra",
        "no declaration names",
    ),
    "a stray unit": (
        FACTS.replace("0.8,percent", "0.8,per mille").encode(),
        3,
        "unit_id",
        "unknown unit 'per mille'",
    ),
    "a duplicate key": (
        FACTS.replace("2024-T2,large", "2024-T1,large").encode(),
        5,
        "quarter + field",
        "the key of line 3 stands again",
    ),
    "another encoding": (
        FACTS.replace("2024-T2,large", "2024-T2,largé").encode("latin-1"),
        5,
        "field",
        "not UTF-8",
    ),
    "a byte-order mark": (b"\xef\xbb\xbf" + FACTS.encode(), 1, None, "byte-order mark"),
    "a decimal comma": (
        FACTS.replace("0.8", '"0,8"').encode(),
        3,
        "rate",
        "decimal comma in '0,8'",
    ),
    "a number that is none": (FACTS.replace("100", "1OO").encode(), 2, "n_posts", "'1OO'"),
    "a fraction in a count": (FACTS.replace("100", "10.5").encode(), 2, "n_posts", "whole number"),
    "a mask where none is allowed": (FACTS.replace("0.8", "*").encode(), 3, "rate", "'*'"),
    "an empty cell where one is due": (
        FACTS.replace("2024-T1,large", "2024-T1,").encode(),
        3,
        "field",
        "empty",
    ),
    "a value outside the closed list": (
        FACTS.replace("2024-T1,large", "2024-T1,tiny").encode(),
        3,
        "field",
        "none of all, large",
    ),
    "an unknown provenance": (FACTS.replace("p2", "p9").encode(), 5, "provenance_id", "'p9'"),
    "a line with too few cells": (FACTS.replace(",p2", "").encode(), 5, None, "5 cells where 6"),
    "a line break inside a cell": (
        FACTS.replace("p2\n", '"p\n2"\n').encode(),
        5,
        None,
        "line break",
    ),
    "a stray quote": (FACTS.replace("2024-T2,all", '2024-T2,"all"x').encode(), 4, None, "expected"),
    "line ends of another system": (FACTS.replace("\n", "\r\n").encode(), 1, None, "carriage"),
    "a NUL character": (FACTS.replace("2024-T2,all", "2024-T2,a\0l").encode(), 4, None, "NUL"),
    "digits of another script": (FACTS.replace("100", "１00").encode(), 2, "n_posts", "'１00'"),
    "more than any number": (FACTS.replace("1.5", "1e400").encode(), 2, "rate", "beyond any"),
    "an absurd number": (FACTS.replace("100", "9" * 40).encode(), 2, "n_posts", "beyond any"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_its_place(small_source: SmallSource, case: str) -> None:
    content, line, column, says = BROKEN[case]
    small_source.facts = content
    with pytest.raises(DataProblem) as caught:
        small_source.check()
    problem = caught.value
    assert problem.file == small_source.folder / "facts.csv"
    assert (problem.line, problem.column) == (line, column)
    assert says in problem.problem
    assert problem.remedy


def test_a_wrong_checksum_is_refused_although_the_content_is_well_formed(
    small_source: SmallSource,
) -> None:
    small_source.write()
    small_source.fix_checksums = False
    small_source.facts = FACTS.replace("100", "101").encode()
    with pytest.raises(DataProblem, match="wrong checksum"):
        small_source.check()


def test_a_file_that_nobody_declared_is_refused(small_source: SmallSource) -> None:
    small_source.write()
    (small_source.folder / "stray.csv").write_text("a\n")
    with pytest.raises(DataProblem, match="no declaration names this file"):
        small_source.check()


def test_a_folder_in_the_place_of_a_table_is_refused(small_source: SmallSource) -> None:
    small_source.write()
    (small_source.folder / "facts.csv").unlink()
    (small_source.folder / "facts.csv").mkdir()
    source = read_declaration(small_source.folder / "source.yml")
    with pytest.raises(DataProblem, match="cannot be read"):
        check_source(small_source.folder, source, Codes(small_source.seeds))


def test_a_declared_file_that_is_missing_is_refused(small_source: SmallSource) -> None:
    small_source.write()
    (small_source.folder / "facts.csv").unlink()
    source = read_declaration(small_source.folder / "source.yml")
    with pytest.raises(DataProblem, match="declared table is missing"):
        check_source(small_source.folder, source, Codes(small_source.seeds))
