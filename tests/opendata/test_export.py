"""An edition is written whole or not at all, the same each time, and tells what it changed."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ingest.paths import DATA_VARIABLE, PROJECT_ROOT
from ingest.release import Release
from opendata import place
from opendata.edition import SUMS, read_sums, sums_of, write_edition, write_sums, write_text
from opendata.export import export, export_changes
from opendata.model import OpenFile
from opendata.place import PlaceProblem, replacing
from opendata.publication import publication
from opendata.rights import rights_of
from tests.conftest import run_observatoire
from tests.opendata.conftest import doctored

COMMAND = [sys.executable, "-m", "opendata.export"]


def silent(name: str, files: tuple[OpenFile, ...]) -> None:
    """Says nothing of a table."""


def fill(folder: Path, text: str) -> None:
    """Makes the least that is an edition."""
    write_text(folder / "index.html", text)
    write_sums(folder)


def put(output: Path, text: str) -> None:
    with replacing(output, is_difference=False) as folder:
        fill(folder, text)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def fail_after(output: Path) -> None:
    with replacing(output, is_difference=False) as folder:
        fill(folder, "half")
        raise ZeroDivisionError


# --- the place ---------------------------------------------------------------------------------


def test_an_edition_replaces_nothing_an_empty_folder_and_a_former_edition(tmp_path: Path) -> None:
    output = tmp_path / "new" / "edition"
    put(output, "one")
    put(output, "two")
    (tmp_path / "empty").mkdir()
    put(tmp_path / "empty", "three")
    assert (output / "index.html").read_text() == "two"
    assert (tmp_path / "empty" / "index.html").read_text() == "three"
    assert names(tmp_path / "new") == {"edition"}
    assert read_sums(output) == sums_of(output)


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    put(tmp_path / "real", "one")
    (tmp_path / "link").symlink_to("real")
    put(tmp_path / "link", "two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").read_text() == "two"


def a_foreign_file(output: Path) -> None:
    output.mkdir()
    (output / "thesis.txt").write_text("mine")


def a_file_in_an_edition(output: Path) -> None:
    put(output, "one")
    (output / "data").mkdir()
    (output / "data" / "notes.txt").write_text("mine")


def a_link_in_an_edition(output: Path) -> None:
    put(output, "one")
    (output / "link").symlink_to("/")


def a_file(output: Path) -> None:
    output.write_text("mine")


def changes_only(output: Path) -> None:
    with replacing(output, is_difference=True) as folder:
        (folder / "changes.json").write_text("{}")
        fill(folder, "changes")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (a_foreign_file, "holds what no edition wrote: thesis.txt"),
        (a_file_in_an_edition, "holds what no edition wrote: data/notes.txt"),
        (a_link_in_an_edition, "holds what no edition wrote: link"),
        (a_file, "is a file: name a folder"),
        (changes_only, "holds only the changes between two editions"),
    ],
)
def test_a_folder_that_holds_something_else_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], said: str
) -> None:
    output = tmp_path / "edition"
    make(output)
    before = output.read_text() if output.is_file() else sums_of(output)
    with pytest.raises(PlaceProblem, match=re.escape(said)):
        put(output, "new")
    assert (output.read_text() if output.is_file() else sums_of(output)) == before
    assert names(tmp_path) == {"edition"}


def test_changes_do_not_replace_a_whole_edition(tmp_path: Path) -> None:
    put(tmp_path / "edition", "one")
    with pytest.raises(PlaceProblem, match="holds a whole edition"):
        changes_only(tmp_path / "edition")


def test_a_failure_leaves_the_former_edition_and_nothing_else(tmp_path: Path) -> None:
    output = tmp_path / "edition"
    put(output, "one")
    with pytest.raises(ZeroDivisionError):
        fail_after(output)
    assert (output / "index.html").read_text() == "one"
    assert names(tmp_path) == {"edition"}


def test_two_exports_do_not_write_beside_each_other(tmp_path: Path) -> None:
    with replacing(tmp_path / "one", is_difference=False) as folder:
        with pytest.raises(PlaceProblem, match="another export is writing"):
            put(tmp_path / "one", "second")
        fill(folder, "first")
    assert (tmp_path / "one" / "index.html").read_text() == "first"


def test_a_reader_never_finds_nothing(tmp_path: Path) -> None:
    output = tmp_path / "edition"
    put(output, "0")
    done, seen, missed = threading.Event(), set(), 0

    def read() -> None:
        nonlocal missed
        while not done.is_set():
            try:
                seen.add((output / "index.html").read_text())
            except FileNotFoundError:
                missed += 1

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(100):
        put(output, str(number))
    done.set()
    reader.join()
    assert missed == 0
    assert len(seen) > 1


@pytest.fixture
def without_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that cannot exchange two folders in one step."""
    monkeypatch.setattr(place, "_exchanged_at_once", lambda one, other: False)


@pytest.mark.usefixtures("without_exchange")
def test_without_an_exchange_the_former_edition_is_put_aside_and_comes_back_on_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "edition"
    put(output, "one")
    put(output, "two")
    assert (output / "index.html").read_text() == "two"
    assert names(tmp_path) == {"edition"}
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name.endswith(".candidate"):
            raise OSError("no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="no"):
        put(output, "three")
    assert (output / "index.html").read_text() == "two"


def test_what_a_killed_export_left_is_cleared_and_an_edition_put_aside_comes_back(
    tmp_path: Path,
) -> None:
    output = tmp_path / "edition"
    put(output, "one")
    output.rename(tmp_path / ".edition.former")
    (tmp_path / ".edition.candidate").mkdir()
    with pytest.raises(ZeroDivisionError):
        fail_after(output)
    assert (output / "index.html").read_text() == "one"
    assert names(tmp_path) == {"edition"}


# --- the command -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def root(short_release: Release) -> Path:
    """The data root of the short release, which is its current one."""
    marts = short_release.folder.parent.parent
    (marts / "current").symlink_to(f"releases/{short_release.id}")
    return marts.parent


@pytest.fixture(scope="session")
def exported(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command writes of the short release."""
    output = tmp_path_factory.mktemp("exported") / "edition"
    run = run_observatoire("export", "--output", str(output), root=root)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "exported" in run.stdout
    assert "mart_salary_smic" in run.stdout
    assert "without --base-url" in run.stderr
    return output


def test_the_command_writes_what_the_sums_state_and_nothing_else(exported: Path) -> None:
    assert read_sums(exported) == sums_of(exported)
    assert {"index.html", "datapackage.json", "catalog.jsonld", "CITATION.cff", SUMS} <= names(
        exported
    )
    done = subprocess.run(
        ["sha256sum", "--quiet", "--check", SUMS], cwd=exported, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_same_release_gives_the_same_bytes_elsewhere_and_at_another_hour(
    short_release: Release, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        export(short_release, publication(), tmp_path / "again", silent)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert sums_of(tmp_path / "again") == sums_of(exported)


def test_a_base_address_stands_in_the_catalogue(root: Path, tmp_path: Path) -> None:
    address = "https://donnees.example.org/obs"
    arguments = ("export", "--output", str(tmp_path / "e"), "--base-url", f"{address}/")
    assert run_observatoire(*arguments, root=root).returncode == 0
    assert f'"{address}/"' in (tmp_path / "e" / "catalog.jsonld").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--base-url", "ftp://example.org"], 2, "is no address like"),
        (["--base-url", "https://example.org/?a=1"], 2, "is no address like"),
        (["20200101T000000Z-00000000"], 1, "observatoire releases"),
        (["--since", "20200101T000000Z-00000000"], 1, "observatoire releases"),
    ],
)
def test_a_wrong_wish_is_refused_in_plain_words(
    root: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    run = run_observatoire("export", "--output", str(tmp_path / "e"), *arguments, root=root)
    assert run.returncode == code, run.stderr
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert names(tmp_path) == set()


def test_without_an_output_it_is_a_usage_error(root: Path) -> None:
    assert run_observatoire("export", root=root).returncode == 2


def test_a_release_that_does_not_say_its_rights_is_not_exported(
    short_release: Release, tmp_path: Path
) -> None:
    old = doctored(short_release, tmp_path, "20200101T000000Z-00000002", {})
    manifest = json.loads((old.folder / "manifest.json").read_text())
    del manifest["files"]["tables.parquet"]
    (old.folder / "manifest.json").write_text(json.dumps(manifest))
    (old.folder / "tables.parquet").unlink()
    run = run_observatoire("export", "--output", str(tmp_path / "e"), old.id, root=tmp_path)
    assert run.returncode == 1, run.stdout
    assert "does not say what of it may be handed out" in run.stderr
    assert not (tmp_path / "e").exists()


def test_a_damaged_release_is_not_exported(short_release: Release, tmp_path: Path) -> None:
    broken = doctored(short_release, tmp_path, "20200101T000000Z-00000003", {})
    with (broken.folder / "dim_source.parquet").open("r+b") as stream:
        stream.seek(100)
        stream.write(b"\x00\xff\x00\xff")
    run = run_observatoire("export", "--output", str(tmp_path / "e"), broken.id, root=tmp_path)
    assert run.returncode == 1
    assert "is not whole: dim_source.parquet was altered" in run.stderr
    assert not (tmp_path / "e").exists()


def test_where_nothing_can_be_written_it_says_so(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = run_observatoire("export", "--output", str(tmp_path / "file" / "e"), root=root)
    assert run.returncode == 1
    assert "Remedy: check the folder, its permissions and the free space" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.faults
def test_a_full_disk_leaves_the_former_edition(root: Path, exported: Path, tmp_path: Path) -> None:
    output = tmp_path / "edition"
    shutil.copytree(exported, output)

    def no_large_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = subprocess.run(
        [*COMMAND, "--output", str(output)],
        cwd=PROJECT_ROOT,
        env=os.environ | {DATA_VARIABLE: str(root)},
        preexec_fn=no_large_files,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "File too large" in done.stderr
    assert "what stood there stands there still" in done.stderr
    assert "Traceback" not in done.stderr
    assert sums_of(output) == sums_of(exported)
    assert names(tmp_path) == {"edition"}


@pytest.mark.faults
@pytest.mark.parametrize("written", [0, 30], ids=["at the start", "half-way"])
def test_a_kill_leaves_the_former_edition_and_the_next_export_clears_up(
    root: Path, exported: Path, tmp_path: Path, written: int
) -> None:
    output = tmp_path / "edition"
    put(output, "former")
    command = subprocess.Popen(
        [*COMMAND, "--output", str(output)],
        cwd=PROJECT_ROOT,
        env=os.environ | {DATA_VARIABLE: str(root)},
        stdout=subprocess.DEVNULL,
    )
    candidate = tmp_path / ".edition.candidate"
    while not candidate.exists() or len(list(candidate.glob("data/*/*"))) < written:
        assert command.poll() is None
        time.sleep(0.01)
    command.send_signal(signal.SIGKILL)
    command.wait()
    assert (output / "index.html").read_text() == "former"
    run = run_observatoire("export", "--output", str(output), root=root)
    assert run.returncode == 0, run.stderr
    assert sums_of(output) == sums_of(exported)
    assert names(tmp_path) == {"edition"}


# --- what changed ------------------------------------------------------------------------------

# A former edition: some rows are other ones, and a table is handed out that was withheld since.
FORMER = {
    "fct_observation": """
        select * replace (
            case when raw_row % 7 = 0 then value / 2 else value end as value,
            case when raw_row % 11 = 0 then vintage || ' bis' else vintage end as vintage)
        from {0} where raw_row % 13 <> 0 """,
    "dim_population": "select * replace (if(population_id = (select min(population_id) from {0}), "
    "'Autre nom', label_fr) as label_fr) from {0}",
    "dim_source": "select * replace (is_redistributable or source_id in "
    "(select unnest(repeats) from read_parquet('DICTIONARY') where mart = 'mart_price_index')"
    " as is_redistributable) from {0}",
    "dim_geography": "select * from {0} union all by name select 'zz' as geography_id, * exclude "
    "(geography_id) from {0} where geography_id = 'fr'",
}


@pytest.fixture(scope="session")
def former(short_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release before the short one."""
    root = tmp_path_factory.mktemp("former")
    dictionary = str(short_release.folder / "dictionary.parquet")
    queries = {name: query.replace("DICTIONARY", dictionary) for name, query in FORMER.items()}
    return doctored(short_release, root, "20260101T030405Z-00000009", queries)


def rows_by_key(release: Release, table: str) -> dict[object, object]:
    """The handed-out rows of a table by their key, in Python."""
    opened = rights_of(release).tables[table]
    rows = release.sql(opened.selection())
    keys = rows.select(opened.keys).rows()
    return dict(zip(keys, rows.rows(), strict=True))


@pytest.mark.parametrize("forward", [True, False], ids=["forward", "backward"])
def test_changes_over_a_former_edition_give_exactly_the_new_one(
    former: Release, short_release: Release, exported: Path, tmp_path: Path, forward: bool
) -> None:
    before, after = (former, short_release) if forward else (short_release, former)
    mirror, whole, difference = tmp_path / "mirror", tmp_path / "whole", tmp_path / "difference"
    mirror.mkdir()
    whole.mkdir()
    write_edition(before, publication(), mirror, silent)
    write_edition(after, publication(), whole, silent)
    changes = export_changes(after, before, publication(), difference, silent)

    assert read_sums(difference) == sums_of(difference)
    written = {path for path in sums_of(difference) if path.startswith("edition/data/")}
    assert written == {
        f"edition/{file.path}"
        for file in (*changes.of("added"), *changes.of("changed"))
        if file.path.startswith("data/")
    }
    kinds = {file.path: file.change for file in changes.files}
    opened = "added" if not forward else "removed"
    assert kinds["data/csv/mart_price_index.csv"] == opened
    assert kinds["data/parquet/fct_observation.parquet"] == "changed"
    assert kinds["data/parquet/mart_salary_smic.parquet"] == "unchanged"

    said = json.loads((difference / "changes.json").read_text())
    assert (said["since"], said["release"]) == (before.id, after.id)
    tables = {item["table"]: item for item in said["tables"]}
    for name in ("fct_observation", "dim_population", "dim_geography"):
        old, new = rows_by_key(before, name), rows_by_key(after, name)
        assert tables[name]["rows_added"] == len(new.keys() - old.keys())
        assert tables[name]["rows_removed"] == len(old.keys() - new.keys())
        assert tables[name]["rows_changed"] == sum(
            old[key] != new[key] for key in old.keys() & new.keys()
        )
    assert tables["fct_observation"]["rows_changed"] > 10
    assert tables["dim_population"]["rows_changed"] == 1
    assert tables["mart_salary_smic"]["change"] == "unchanged"

    page = (difference / "index.html").read_text()
    assert '<html lang="fr">' in page
    assert "Ce dossier n’est pas l’édition entière" in page
    links = re.findall(r'href="([^"#:]+)"', page)
    assert len(links) > 5
    assert [link for link in links if not (difference / link).is_file()] == []

    apply = re.search(
        r"```bash apply\n(.*?)```", (PROJECT_ROOT / "docs" / "open-data.md").read_text(), re.DOTALL
    )
    assert apply
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", apply[1]],
        cwd=difference,
        env=os.environ | {"miroir": str(mirror)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert sums_of(mirror) == sums_of(whole)
    assert (mirror / SUMS).read_text() == (whole / SUMS).read_text()


def test_an_edition_against_itself_changes_nothing(short_release: Release, tmp_path: Path) -> None:
    changes = export_changes(short_release, short_release, publication(), tmp_path / "d", silent)
    assert {file.change for file in changes.files} == {"unchanged"}
    assert pl.DataFrame([table.rows_added for table in changes.tables]).sum().item() == 0
    assert not (tmp_path / "d" / "edition" / "data").exists()
