"""A host that misbehaves: what the person reads, that the last good data stay, nothing partial."""

from __future__ import annotations

import email.utils
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.online.landing import LandingStore
from ingest.release import current_release, verify_release
from tests.faults import server
from tests.faults.server import Fault, Producer
from tests.online.small_tree import SmallTree, files, table

pytestmark = [pytest.mark.faults, pytest.mark.loopback]
FIRST = "/files/first.csv"
HTML = b"<!DOCTYPE html><html><body>Maintenance</body></html>"


def state_of(tree: SmallTree) -> tuple[str, dict[str, list[str]], int]:
    """The served release, the landed files by source, and the loaded cells."""
    store = LandingStore(tree.paths.landing)
    landed = {
        source: [f"{item.key} {item.sha256}" for item in store.journal(source).arrivals]
        for source in ("maker_posts", "maker_rates")
    }
    release = current_release(tree.paths)
    assert verify_release(release) == []
    assert store.verify() == []
    assert list(store.incoming.glob("*")) == [], "a half download was left"
    cells = release.sql("select count(*) as n from fct_observation")["n"][0]
    return release.id, landed, cells


def text(content: str, old: str, new: str) -> bytes:
    assert old in content
    return content.replace(old, new).encode()


def in_time(day: float) -> str:
    return email.utils.formatdate(time.time() + day, usegmt=True)


GOOD = table(populations=("section_q__all_sizes",))
# What the host does for ever, and what the person reads.
REFUSED: dict[str, tuple[Fault, str]] = {
    "not found": (server.status(404), "answers 404"),
    "forbidden": (server.status(403), "access refused"),
    "server error without end": (server.status(500), "answers 500, 4 times"),
    "asks to wait too long": (server.status(429, Retry_After="4000"), "asks to wait 4000 s"),
    "timeout": (server.late(5), "did not answer in time, 4 times"),
    "a byte now and then": (server.dripping, "is not through after 2 s"),
    "cut at 30 %": (server.cut(0.3), "the connection was cut"),
    "a web page with status 200": (server.body(HTML), "sends a web page where a csv file"),
    "gzip bomb": (server.gzip_bomb(64), "sends more than the 200,000 bytes"),
    "no gzip at all": (server.broken_gzip, "the compressed answer is broken"),
    "endless body": (server.endless, "sends more than the 200,000 bytes"),
    "announces too much": (server.body(b"x" * 300_000), "announces 300,000 bytes"),
    "empty file": (server.body(b""), "the file is empty"),
    "another host": (
        server.status(302, Location="https://elsewhere.example.net/first.csv"),
        "led to the host elsewhere.example.net, which is not declared",
    ),
    "no https": (
        server.status(302, Location="http://maker-posts.example.org/files/second.csv"),
        "is not https: refused",
    ),
    "runs in circles": (server.status(302, Location=FIRST), "more than 5 redirects"),
}
# What lands, because it is a file, and cannot be read.
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "wrong encoding": (GOOD.replace("posts", "postés").encode("latin-1"), "not UTF-8"),
    "renamed column": (text(GOOD, "population;", "champ;"), "columns ['quarter', 'champ'"),
    "extra column": (text(GOOD, ";unit\n", ";unit;note\n"), "columns ['quarter', 'population'"),
    "shifted header": (b"Producteur\n\n" + GOOD.encode(), "columns ['Producteur']"),
    "header without rows": (GOOD.split("\n")[0].encode() + b"\n", "no rows"),
    "cut row": (GOOD.encode()[:-8], "no rows, or rows of another length"),
    "mask in a new place": (text(GOOD, "2020-Q1;section_q__all_sizes", "2020-Q1;*"),
                            "unknown code '*'"),
    "a surprise": (text(GOOD, "2020-Q1;", "early;"), "the connector did not expect this"),
    "decimal comma": (text(GOOD, ";100;", ";100,5;"), "decimal comma in '100,5'"),
    "unknown population": (text(GOOD, "2020-Q1;section_q__all_sizes", "2020-Q1;martians"),
                           "unknown code 'martians'"),
    "duplicate rows": (GOOD.encode() + GOOD.split("\n")[1].encode() + b"\n",
                       "stands again"),
    "nonsense": (bytes(range(256)) * 20, "not UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_had(name: str, tree: SmallTree, producer: Producer) -> None:
    before = state_of(tree)
    fault, message = REFUSED[name]
    producer.break_(FIRST, fault, forever=True)
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 1, run.stdout + run.stderr
    assert message in run.stdout
    assert "Remedy:" in run.stdout
    assert state_of(tree) == before
    assert message in str(tree.outcome("maker_posts")["notes"])
    assert "maker_posts" in tree.run("status").stdout
    producer.mend()
    again = tree.run("refresh", upstream=producer.url)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "nothing new" in again.stdout
    assert state_of(tree) == before


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read(name: str, tree: SmallTree, producer: Producer) -> None:
    release, landed, cells = state_of(tree)
    content, message = UNREADABLE[name]
    producer.files[FIRST] = content
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 1, run.stdout + run.stderr
    assert message in run.stdout
    assert "Remedy:" in run.stdout
    now = state_of(tree)
    assert (now[0], now[2]) == (release, cells), "nothing of it was loaded"
    assert len(now[1]["maker_posts"]) == len(landed["maker_posts"]) + 1, "the file is kept"
    assert tree.run("refresh", upstream=producer.url).returncode == 1, "until somebody mends it"
    producer.files = files()
    again = tree.run("refresh", upstream=producer.url)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "nothing new" in again.stdout


RECOVERS: dict[str, list[Fault]] = {
    "500 three times": [server.status(500)] * 3,
    "429 with seconds": [server.status(429, Retry_After="1")],
    "503 with a date": [server.status(503, Retry_After=in_time(-60))],
    "cut once": [server.cut(0.3)],
    "a redirect on the list": [
        server.status(302, Location="https://maker-posts.example.org/files/first.csv")
    ],
}


@pytest.mark.parametrize("name", RECOVERS)
def test_what_passes(name: str, tree: SmallTree, producer: Producer) -> None:
    before = state_of(tree)
    producer.break_(FIRST, *RECOVERS[name])
    started = time.monotonic()
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "nothing new" in run.stdout
    assert state_of(tree) == before
    if "seconds" in name:
        assert time.monotonic() - started >= 1, "the host asked to wait for a second"
        paths = [item.path for item in producer.asked]
        assert paths.count(FIRST) == 2


def test_a_certificate_that_is_not_valid(tree: SmallTree, tmp_path: Path) -> None:
    pem = tmp_path / "self_signed.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         "/CN=127.0.0.1", "-keyout", str(pem), "-out", str(tmp_path / "cert.pem")],
        capture_output=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr.decode()
    pem.write_bytes(pem.read_bytes() + (tmp_path / "cert.pem").read_bytes())
    before = state_of(tree)
    with Producer(files(), certificate=pem) as producer:
        run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 1
    assert "the certificate of maker-posts.example.org is not valid" in run.stdout
    assert producer.asked == [], "nothing was asked of a host that cannot be trusted"
    assert state_of(tree) == before


def test_a_failing_source_does_not_stop_the_others(tree: SmallTree, producer: Producer) -> None:
    before = current_release(tree.paths)
    producer.break_(FIRST, server.status(500), forever=True)
    longer = table(level=2.0, step=0.01, unit="percent", quarters=17)
    producer.files["/files/rates.csv"] = longer.encode()
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 1
    release = current_release(tree.paths)
    assert release.id != before.id
    assert release.manifest.sources["maker_posts"].stale.startswith("answers 500")
    assert release.manifest.sources["maker_rates"].stale == ""
    query = "select count(*) as n, count(distinct vintage) as v from fct_observation "
    posts = "where source_id = 'maker_posts'"
    assert release.sql(query + posts).rows() == before.sql(query + posts).rows()
    rates = "where source_id = 'maker_rates'"
    assert release.sql(query + rates)["v"][0] == before.sql(query + rates)["v"][0] + 1


def test_an_odd_clock_does_no_harm(tree: SmallTree, producer: Producer) -> None:
    """A clock that went back by years: order and dates of editions stay in order."""
    producer.files["/files/first.csv"] = table(
        quarters=17, populations=("section_q__all_sizes",)
    ).encode()
    code = (
        "import datetime as dt, os\n"
        "from ingest.online.run import Wish, refresh\n"
        "from ingest.paths import data_paths\n"
        "from ingest.progress import RichProgress\n"
        "from rich.console import Console\n"
        "report = refresh(data_paths(), RichProgress(Console()), Wish(), os.environ,\n"
        "                 now=lambda: dt.datetime(2001, 1, 1, tzinfo=dt.UTC))\n"
        "print('EXIT', report.exit_code, report.is_new)\n"
    )
    before = current_release(tree.paths)
    run = subprocess.run(
        [tree.command()[0], "-c", code], cwd=tree.root, env=tree.environment(producer.url),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "EXIT 0 True" in run.stdout, run.stdout + run.stderr
    after = current_release(tree.paths)
    assert after.id > before.id, "releases stay in order"
    days = after.sql(
        "select vintage_rank, min(available_on) as day from fct_observation "
        "where source_id = 'maker_posts' group by 1 order by 1"
    )["day"].to_list()
    assert days == sorted(days)
    again = tree.run("refresh", upstream=producer.url)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "nothing new" in again.stdout


def fails_whole(tree: SmallTree, producer: Producer, words: str) -> None:
    run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 1, run.stdout + run.stderr
    assert words in " ".join((run.stdout + run.stderr).split()), run.stdout + run.stderr
    assert "Traceback" not in run.stderr


def small_disk(folder: Path, megabytes: int) -> Callable[[], object]:
    """Mounts a small memory disk; skips where that is not allowed."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("mounting a memory disk needs rights that this machine does not give")
    return lambda: subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("left_kb", [0, 8, 512, 4096])
def test_a_full_disk(
    published_tree: SmallTree, producer: Producer, tmp_path: Path, left_kb: int
) -> None:
    """From no room at all to room for landing but not for a build."""
    disk = tmp_path / "disk"
    unmount = small_disk(disk, 24)
    try:
        tree = published_tree.fork(disk / "data")
        before = state_of(tree)
        producer.files = files(rates=table(level=2.0, step=0.01, unit="percent", quarters=17))
        fill = disk / "fill"
        with fill.open("wb") as stream:
            stream.truncate(0)
            free = int(subprocess.run(
                ["df", "--output=avail", "-k", str(disk)], capture_output=True, text=True,
                check=True,
            ).stdout.split()[-1])  # fmt: skip
            stream.write(b"\0" * max(0, free - left_kb) * 1024)
        run = tree.run("refresh", upstream=producer.url)
        assert run.returncode == 1, run.stdout + run.stderr
        said = run.stdout + run.stderr
        assert "Traceback" not in run.stderr, run.stderr
        assert "No space left" in said or "full" in said, said
        release = current_release(tree.paths)
        assert release.id == before[0]
        assert verify_release(release) == []
        assert LandingStore(tree.paths.landing).verify() == []
        fill.unlink()
        again = tree.run("refresh", upstream=producer.url)
        assert again.returncode == 0, again.stdout + again.stderr
        assert state_of(tree)[0] != before[0], "the next run makes up for it by itself"
    finally:
        unmount()


def test_a_read_only_disk(published_tree: SmallTree, producer: Producer, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    unmount = small_disk(disk, 32)
    try:
        tree = published_tree.fork(disk / "data")
        before = state_of(tree)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        fails_whole(tree, producer, "Read-only file system")
        assert state_of(tree) == before
        assert tree.run("verify").returncode == 0
        assert tree.run("status").returncode == 0
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        assert tree.run("refresh", upstream=producer.url).returncode == 0
        assert state_of(tree) == before
    finally:
        unmount()


def test_two_refreshes_at_once(tree: SmallTree, producer: Producer) -> None:
    producer.files = files(rates=table(level=2.0, step=0.01, unit="percent", quarters=17))
    producer.delay = 0.5
    commands = [
        subprocess.Popen(
            tree.command("refresh"), cwd=tree.root, env=tree.environment(producer.url),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [command.communicate()[0] for command in commands]
    assert sorted(command.returncode for command in commands) == [0, 1], said
    [refused] = [text for text, run in zip(said, commands, strict=True) if run.returncode]
    assert "another refresh is running" in " ".join(refused.split())
    state_of(tree)
