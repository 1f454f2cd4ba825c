"""The client against a server on this machine: limits, secrets, conditions, pace."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest.declarations import Online
from ingest.errors import DataProblem
from ingest.online.connector import Remote, SourceProblem
from ingest.online.http import Client, Validators
from ingest.online.settings import Fetching, Notify, read_settings, upstream
from tests.faults.server import Handler, Producer, body, status

pytestmark = pytest.mark.loopback
URL = "https://data.example.org/a.csv"
QUICK = Fetching(attempts=3, first_wait_seconds=0.01, longest_wait_seconds=1)


class Heard:
    """Everything that a client tells of itself."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []

    def __call__(self, event: str, **facts: object) -> None:
        self.events.append((event, facts))


def online(**changes: object) -> Online:
    return Online.model_validate(
        {
            "connector": "x",
            "hosts": ["data.example.org", "mirror.example.org"],
            "endpoints": {"files": URL},
            "largest_bytes": 1000,
            "timeout_seconds": 5,
        }
        | changes
    )


def client(producer: Producer, heard: Heard | None = None, **changes: object) -> Client:
    return Client(online(**changes), QUICK, heard or Heard(), {"*": producer.url})


def test_a_file_is_had_whole_with_its_headers(tmp_path: Path) -> None:
    with Producer({"/a.csv": b"a;b\n1;2\n"}) as producer, client(producer) as one:
        download = one.download(Remote("a", URL, "csv"), tmp_path)
        assert download is not None
        assert download.path.read_bytes() == b"a;b\n1;2\n"
        assert set(download.headers) == {"etag"}
        assert producer.asked[0].host == "data.example.org"
        again = one.download(Remote("a", URL), tmp_path, Validators(download.headers["etag"]))
        assert again is None, "304: unchanged"


def test_a_secret_goes_to_its_own_host_only_and_into_no_log(tmp_path: Path) -> None:
    seen: list[tuple[str, str | None]] = []

    def note(handler: Handler) -> None:
        seen.append((handler.headers["Host"], handler.headers["Authorization"]))
        if handler.headers["Host"] == "data.example.org":
            handler.answer(302, b"", {"Location": "https://mirror.example.org/a.csv"})
        else:
            handler.answer(200, b"ok")

    heard = Heard()
    with Producer() as producer, client(producer, heard) as one:
        producer.break_("/a.csv", note, forever=True)
        one.download(Remote("a", URL, headers={"Authorization": "Bearer s3cret"}), tmp_path)
    assert seen == [("data.example.org", "Bearer s3cret"), ("mirror.example.org", None)]
    assert "s3cret" not in str(heard.events)


def test_a_form_is_posted_and_not_logged(tmp_path: Path) -> None:
    seen = []

    def token(handler: Handler) -> None:
        seen.append((handler.command, handler.rfile.read(int(handler.headers["Content-Length"]))))
        handler.answer(200, b'{"access_token": "t"}')

    heard = Heard()
    with Producer() as producer, client(producer, heard) as one:
        producer.break_("/a.csv", token)
        reply = one.read(Remote("token", URL, "json", form={"client_secret": "s3cret"}), tmp_path)
    assert reply.content == b'{"access_token": "t"}'
    assert seen == [("POST", b"client_secret=s3cret")]
    assert "s3cret" not in str(heard.events)
    assert list(tmp_path.iterdir()) == []


def test_a_part_of_a_list_is_a_success_only_where_it_is_asked_for(tmp_path: Path) -> None:
    page = status(206, b'{"resultats": []}', Content_Range="offres 0-149/1234")
    with Producer() as producer, client(producer) as one:
        producer.break_("/a.csv", page, page)
        reply = one.read(Remote("a", URL, "json", partial=True), tmp_path)
        assert reply.headers["content-range"] == "offres 0-149/1234"
        with pytest.raises(SourceProblem, match="answers 206"):
            one.read(Remote("a", URL, "json"), tmp_path)


@pytest.mark.parametrize(
    ("media", "content", "is_fine"),
    [
        ("csv", b"<html>", False),
        ("csv", b"\xef\xbb\xbf\n <!DOCTYPE HTML>", False),
        ("html", b"<html>", True),
        ("json", b" {}", True),
        ("json", b"Service indisponible", False),
        ("xlsx", b"PK\x03\x04....", True),
        ("xlsx", b"\xd0\xcf\x11\xe0", False),
        ("xml", b"\xef\xbb\xbf<?xml?>", True),
        ("xml", b"error", False),
        ("parquet", b"PAR1....", True),
        ("parquet", b"par1", False),
        ("any", b"<html>", True),
    ],
)
def test_what_is_sent_looks_like_what_is_awaited(
    media: str, content: bytes, is_fine: bool, tmp_path: Path
) -> None:
    with Producer({"/a.csv": content}) as producer, client(producer) as one:
        remote = Remote("a", URL, media)  # type: ignore[arg-type]
        if is_fine:
            assert one.download(remote, tmp_path)
        else:
            with pytest.raises(SourceProblem):
                one.download(remote, tmp_path)
            assert list(tmp_path.iterdir()) == [], "nothing is left of it"


def test_the_limit_of_a_file_stands_above_that_of_the_source(tmp_path: Path) -> None:
    with Producer({"/a.csv": b"x" * 500}) as producer, client(producer) as one:
        assert one.download(Remote("a", URL), tmp_path)
        with pytest.raises(SourceProblem, match="100 are allowed"):
            one.download(Remote("a", URL, largest_bytes=100), tmp_path)


def test_requests_to_one_host_keep_their_pace(tmp_path: Path) -> None:
    with Producer({"/a.csv": b"x"}) as producer, client(producer, pause_seconds=0.2) as one:
        started = time.monotonic()
        for _ in range(3):
            one.download(Remote("a", URL), tmp_path)
        assert time.monotonic() - started >= 0.4


def test_each_retry_is_heard(tmp_path: Path) -> None:
    heard = Heard()
    with Producer({"/a.csv": b"x"}) as producer, client(producer, heard) as one:
        producer.break_("/a.csv", status(503), body(b"x"))
        one.download(Remote("a", URL), tmp_path)
    assert [event for event, _ in heard.events] == ["request", "retry", "request"]


def test_a_host_that_is_not_there(tmp_path: Path) -> None:
    one = Client(online(), QUICK, Heard(), {"*": "http://127.0.0.1:9"})
    with one, pytest.raises(SourceProblem, match="cannot be reached"):
        one.download(Remote("a", URL), tmp_path)


def test_a_stand_in_must_be_on_this_machine() -> None:
    assert upstream({}) == {}
    assert upstream({"OBSERVATOIRE_UPSTREAM": "*=http://127.0.0.1:1/"}) == {
        "*": "http://127.0.0.1:1"
    }
    for bad in ("*=http://example.org", "*=http://127.0.0.1.example.org", "a", "*=http://10.0.0.1"):
        with pytest.raises(DataProblem, match="not on this machine"):
            upstream({"OBSERVATOIRE_UPSTREAM": bad})


def test_settings_say_only_what_is_known(tmp_path: Path) -> None:
    file = tmp_path / "settings.yml"
    assert read_settings(file).fetch.attempts == 5
    file.write_text("fetch: {attempts: 2}\nnotify: {command: [mail-me]}\n")
    assert read_settings(file).notify.command == ("mail-me",)
    for bad in ("fetch: {tries: 2}", "a: [", "notify: {webhook: 'http://example.org'}"):
        file.write_text(bad)
        with pytest.raises(DataProblem):
            read_settings(file)
    assert Notify(webhook="https://example.org/hook").webhook


def test_a_declared_endpoint_is_https_on_a_declared_host() -> None:
    for bad in ("http://data.example.org/", "https://other.example.org/"):
        with pytest.raises(ValueError, match="not https on a declared host"):
            online(endpoints={"files": bad})
    with pytest.raises(ValueError, match="largest_byte"):
        online(largest_byte=1)
