"""Refreshes as a user runs them, in the small tree."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
import yaml

from ingest.online.landing import LandingStore
from ingest.release import as_known_on, current_release, find_release
from tests.faults.server import Producer
from tests.online.small_tree import SmallTree, files, table

pytestmark = [pytest.mark.faults, pytest.mark.loopback]
SECTION = ("section_q__all_sizes",)
RATES = "/files/rates.csv"


def rates(**how: object) -> bytes:
    return table(**({"level": 2.0, "step": 0.01, "unit": "percent"} | how)).encode()  # type: ignore[arg-type]


def decisions(tree: SmallTree, source_id: str) -> list[str]:
    journal = LandingStore(tree.paths.landing).journal(source_id)
    return [journal.decided(arrival) for arrival in journal.arrivals]


def test_the_first_refresh_adds_editions_beside_the_bundled_ones(published_tree: SmallTree) -> None:
    release = current_release(published_tree.paths)
    vintages = release.sql(
        "select vintage, available_on_basis, count(*) as n, min(is_latest::int) as latest "
        "from fct_observation where source_id = 'maker_rates' group by all order by 1"
    ).rows()
    assert vintages == [("2019-Q4", "bundled", 2, 1), ("2023-Q4", "retrieved", 32, 1)]
    entry = release.manifest.sources["maker_posts"]
    assert [item.key for item in entry.editions] == ["first", "second"]
    assert entry.stale == ""
    page = next(published_tree.paths.runs.glob("*/run.md")).read_text()
    assert f"Published release {release.id}" in page
    assert "## What to do\n\nNothing." in page
    log = next(published_tree.paths.runs.glob("*/log.jsonl")).read_text().splitlines()
    events = [json.loads(line)["event"] for line in log]
    assert events[0] == "started"
    assert events[-1] == "ended"
    assert {"request", "landed", "read", "published", "admitted"} <= set(events)


def test_nothing_new_asks_with_conditions_and_builds_nothing(
    tree: SmallTree, producer: Producer
) -> None:
    before = current_release(tree.paths)
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "nothing new" in run.stdout
    assert "build" not in run.stdout
    assert all(item.is_conditional for item in producer.asked)
    assert len(producer.asked) == 3
    assert current_release(tree.paths).id == before.id
    producer.has_etags = False
    producer.files[RATES] = b"\xef\xbb\xbf" + producer.files[RATES]
    run = tree.run("refresh", upstream=producer.url)
    assert "nothing new" in run.stdout, run.stdout + run.stderr
    assert "rows that are known already" in str(tree.outcome("maker_rates")["notes"])
    assert decisions(tree, "maker_rates") == ["admitted", "identical"]


def test_a_revision_is_kept_in_both_versions(tree: SmallTree, producer: Producer) -> None:
    text = rates(quarters=17).decode().replace(";2.15;", ";2.25;")
    producer.files[RATES] = text.encode()
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 0, run.stdout + run.stderr
    release = current_release(tree.paths)
    cell = "population_id = 'section_q__all_sizes' and period_start = date '2023-10-01'"
    kept = release.sql(
        f"select vintage, value, is_latest from fct_observation "
        f"where source_id = 'maker_rates' and {cell} order by vintage_rank"
    ).rows()
    assert kept == [("2023-Q4", 0.0215, False), ("2024-Q1", 0.0225, True)]
    [change] = release.sql(
        f"select * from mart_revisions where source_id = 'maker_rates' and {cell}"
    ).to_dicts()
    assert (change["old_vintage"], change["new_vintage"]) == ("2023-Q4", "2024-Q1")
    assert change["relative_change"] == pytest.approx(0.1 / 2.15)
    today = release.sql("select max(available_on) as day from fct_observation")["day"][0]
    query = f"select value from ({as_known_on()}) where source_id = 'maker_rates' and {cell}"
    assert release.sql(query, {"day": today}).rows() == [(0.0225,)]
    assert release.sql(query, {"day": dt.date(2019, 1, 1)}).rows() == []

    # the producer takes it back: a third edition, with the rows of the first
    producer.files = files()
    run = tree.run("refresh", upstream=producer.url)
    assert decisions(tree, "maker_rates") == ["admitted", "admitted", "held"], run.stdout
    assert "series ended" in run.stdout or "values of the last edition" in run.stdout
    run = tree.run("accept", "maker_rates")
    assert run.returncode == 0, run.stdout + run.stderr
    back = current_release(tree.paths).sql(
        "select value from fct_observation where source_id = 'maker_rates' and is_latest "
        f"and {cell}"
    )
    assert back["value"].to_list() == [0.0215]


HELD: dict[str, tuple[bytes, str]] = {  # every bound: test_gates.py
    "masked": (
        rates().replace(b";2.05;", b";*;").replace(b";2.06;", b";*;"),
        "2 of 32 values of the last edition are missing or masked now"),
    "a series ended": (
        rates(quarters=17).replace(b"2024-Q1;b_s__all_sizes", b"2018-Q1;b_s__all_sizes"),
        "1 series ended although others go on to 2024-03-31"),
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_the_gate_holds_back(name: str, tree: SmallTree, producer: Producer) -> None:
    before = current_release(tree.paths)
    producer.files[RATES], reason = HELD[name]
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 1, run.stdout + run.stderr
    assert reason in run.stdout
    assert "observatoire accept maker_rates" in run.stdout
    assert current_release(tree.paths).id == before.id
    assert decisions(tree, "maker_rates")[-1] == "held"


def test_what_is_held_waits_for_a_person_while_the_rest_is_published(
    tree: SmallTree, producer: Producer
) -> None:
    before = current_release(tree.paths)
    producer.files[RATES] = rates(level=9.0)
    producer.files["/files/first.csv"] = table(quarters=17, populations=SECTION).encode()
    producer.files["/files/second.csv"] = table(
        quarters=17, populations=("b_s__all_sizes",)
    ).encode()
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 1, run.stdout + run.stderr
    release = current_release(tree.paths)
    assert release.id != before.id
    assert "moved by more than" in release.manifest.sources["maker_rates"].stale
    latest = "select max(vintage) as v from fct_observation where source_id = "
    assert release.sql(latest + "'maker_posts'")["v"][0] == "2024-Q1"
    assert release.sql(latest + "'maker_rates'")["v"][0] == "2023-Q4"
    status = tree.run("status").stdout
    assert "held back" in status
    assert "observatoire accept maker_rates" in status

    again = tree.run("refresh", upstream=producer.url)
    assert again.returncode == 1, "still to be looked at"
    assert "held back since" in again.stdout
    accepted = tree.run("accept", "maker_rates")
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert "accepted although" in accepted.stdout
    now = current_release(tree.paths)
    assert now.manifest.sources["maker_rates"].stale == ""
    value = now.sql(
        "select value from fct_observation where source_id = 'maker_rates' and is_latest "
        "and population_id = 'section_q__all_sizes' and period_start = date '2020-01-01'"
    )
    assert value["value"].to_list() == [0.09]
    nothing = tree.run("accept", "maker_rates")
    assert nothing.returncode == 1
    assert "nothing of this source is held back" in nothing.stderr


def test_a_build_that_fails_names_the_source_and_goes_on_without_it(
    tree: SmallTree, producer: Producer
) -> None:
    """A published value that is empty passes the reader and fails a test of the facts."""
    producer.files[RATES] = rates(quarters=17).replace(b"2020-Q1;b_s__all_sizes;4;",
                                                        b"2020-Q1;b_s__all_sizes;;")  # fmt: skip
    for name, population in (("first", SECTION), ("second", ("b_s__all_sizes",))):
        content = table(quarters=17, populations=population)
        producer.files[f"/files/{name}.csv"] = content.encode()
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 1, run.stdout + run.stderr
    assert tree.outcome("maker_posts")["outcome"] == "new"
    assert tree.outcome("maker_rates")["outcome"] == "failed"
    assert "the build refused it" in str(tree.outcome("maker_rates")["notes"])
    release = current_release(tree.paths)
    assert release.manifest.sources["maker_rates"].stale.startswith("the build refused it")
    assert len(release.manifest.sources["maker_posts"].editions) == 4
    assert decisions(tree, "maker_rates") == ["admitted", "refused"]
    producer.files[RATES] = rates(quarters=17)
    mended = tree.run("refresh", upstream=producer.url)
    assert mended.returncode == 0, "the flawed file does not stand in the way of the mended one"
    assert decisions(tree, "maker_rates") == ["admitted", "refused", "admitted"]


def test_two_files_that_bring_the_same_rows_stop_their_source_only(
    tree: SmallTree, producer: Producer
) -> None:
    producer.files["/files/first.csv"] = producer.files["/files/second.csv"] = table(
        quarters=17, populations=SECTION
    ).encode()
    producer.files[RATES] = rates(quarters=17)
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "two landed files bring the same row" in run.stdout
    assert tree.outcome("maker_posts")["outcome"] == "failed"
    assert tree.outcome("maker_rates")["outcome"] == "new"


def test_the_same_landed_files_rebuild_the_same_bytes_elsewhere(
    published_tree: SmallTree, tmp_path: Path
) -> None:
    first = current_release(published_tree.paths)
    here = published_tree.fork(tmp_path / "here")
    run = here.run("rebuild")
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"of release {first.id}" in run.stdout
    elsewhere = SmallTree(published_tree.root, tmp_path / "elsewhere")
    shutil.copytree(here.paths.landing, elsewhere.paths.landing)
    run = elsewhere.run("rebuild")
    assert run.returncode == 0, run.stdout + run.stderr
    second = current_release(elsewhere.paths)
    assert second.manifest.files == first.manifest.files
    assert second.manifest.input_fingerprint == first.manifest.input_fingerprint
    blob = next(elsewhere.paths.landing.glob("blobs/*/*"))
    blob.chmod(0o644)
    blob.write_bytes(b"altered")
    run = elsewhere.run("rebuild")
    assert run.returncode == 1
    assert "was altered" in run.stderr
    assert elsewhere.run("verify").returncode == 1
    assert current_release(elsewhere.paths).id == second.id


def test_a_rollback_keeps_the_landed_files_and_the_other_release(
    tree: SmallTree, producer: Producer
) -> None:
    first = current_release(tree.paths)
    producer.files[RATES] = rates(quarters=17)
    assert tree.run("refresh", upstream=producer.url).returncode == 0
    second = current_release(tree.paths)
    assert tree.run("rollback", first.id).returncode == 0
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "nothing new" in run.stdout
    assert current_release(tree.paths).id == first.id
    assert find_release(tree.paths, second.id).manifest == second.manifest


def test_only_the_named_source_is_asked(tree: SmallTree, producer: Producer) -> None:
    run = tree.run("refresh", "--source", "maker_rates", upstream=producer.url)
    assert run.returncode == 0, run.stdout + run.stderr
    assert {item.host for item in producer.asked} == {"maker-rates.example.org"}
    run = tree.run("refresh", "--source", "nobody", upstream=producer.url)
    assert run.returncode == 1
    assert "nobody: is no live source" in run.stderr


def test_without_credentials_a_source_is_skipped_and_status_says_so(
    tree: SmallTree, producer: Producer
) -> None:
    shutil.copytree(tree.root / "data" / "raw", tree.data / "raw")
    file = tree.data / "raw" / "maker_rates" / "source.yml"
    declared = yaml.safe_load(file.read_text())
    declared["online"]["credentials"] = ["MAKER_ID", "MAKER_SECRET"]
    file.write_text(yaml.safe_dump(declared, sort_keys=False))
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "no credentials: set MAKER_ID, MAKER_SECRET" in run.stdout
    assert "skipped: set MAKER_ID, MAKER_SECRET" in tree.run("status").stdout
    assert tree.outcome("maker_rates")["outcome"] == "skipped"
    producer.asked.clear()
    tree.run("refresh", upstream=producer.url, MAKER_ID="a", MAKER_SECRET="s3cret")  # noqa: S106
    assert "maker-rates.example.org" in {item.host for item in producer.asked}
    everything = "".join(path.read_text() for path in tree.paths.runs.glob("*/*"))
    assert "s3cret" not in everything


def test_whoever_wants_to_know_is_told(tree: SmallTree, producer: Producer, tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    settings = yaml.safe_load((tree.root / "data" / "settings.yml").read_text())
    settings["notify"] = {
        "command": ["tee", str(told)], "webhook": f"{producer.url}/hook", "on": ["failure"],
    }  # fmt: skip
    tree.paths.settings.write_text(yaml.safe_dump(settings))
    producer.files["/hook"] = b"ok"
    assert tree.run("refresh", upstream=producer.url).returncode == 0
    assert not told.exists(), "nothing new is no news"
    producer.files.pop(RATES)
    assert tree.run("refresh", upstream=producer.url).returncode == 1
    content = json.loads(told.read_text())
    assert content["exit_code"] == 1
    assert content["to_do"][0].startswith("maker_rates: open the landing page")
    assert producer.asked[-1].path == "/hook"
    settings["notify"]["command"] = ["false"]
    tree.paths.settings.write_text(yaml.safe_dump(settings))
    run = tree.run("refresh", upstream=producer.url)
    assert "the notification command ended with 1" in run.stdout


def test_a_run_that_was_cut_short_is_cleared_up(tree: SmallTree, producer: Producer) -> None:
    journal = LandingStore(tree.paths.landing).journal_file("maker_rates")
    whole = journal.read_bytes()
    journal.write_bytes(whole + b'{"event":"landed","number":2,"ke')
    left = tree.paths.landing / "incoming" / "rates-1.part"
    left.write_bytes(b"half")
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "the last line was not finished" in run.stdout
    assert journal.read_bytes() == whole
    assert not left.exists()
