"""The refresh: fetch, read, build, gate, publish. What is served changes at the last step only.

Each step takes what the one before left on disk, so that a run that was killed anywhere is simply
run again: landed files stay landed, what was published stays published, the rest is done anew.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from ingest import transform
from ingest.declarations import Source, read_declarations
from ingest.errors import DataProblem, EditionClash, ReleaseProblem, SystemTrouble
from ingest.lock import only_run
from ingest.online.connector import Connector, SourceProblem
from ingest.online.connectors import CONNECTORS
from ingest.online.fetch import Fetched, Fetcher
from ingest.online.gates import News, reasons_to_hold
from ingest.online.landing import Arrival, Decision, Journal, LandingStore
from ingest.online.notify import tell
from ingest.online.report import Report, RunFolder
from ingest.online.settings import Settings, read_settings, upstream
from ingest.online.state import SourceState, Trouble, read_state, write_state
from ingest.online.vintages import (
    PROVENANCE,
    Edition,
    Reader,
    ReadTable,
    availability,
    bundled_labels,
    changed_only,
)
from ingest.paths import DataPaths
from ingest.publish import discard_candidates
from ingest.refresh import (
    Built,
    Inputs,
    Progress,
    base_fingerprint,
    build,
    candidate_of,
    check_bundled,
    codes,
    input_fingerprint,
    keep_log,
    release_from,
    unchanged,
)
from ingest.release import Release, current_release

Clock = Callable[[], dt.datetime]
BUILD_REFUSED = "compare the file with the last one; mend the connector, a seed or a model"


def utc_now() -> dt.datetime:
    """The clock of this machine."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Wish:
    """What the person asked for.

    Attributes:
        offline: Ask no host; take what is bundled and landed.
        only: Sources to ask; all live ones where it is empty.
        force: Publish again although the inputs are those of the served release.
    """

    offline: bool = False
    only: tuple[str, ...] = ()
    force: bool = False


def refresh(
    paths: DataPaths,
    progress: Progress,
    wish: Wish,
    environment: Mapping[str, str],
    now: Clock = utc_now,
) -> Report:
    """Brings the data root up to date; see the module.

    Args:
        paths: The data root.
        progress: Told of each source, step and stage.
        wish: What to do.
        environment: Credentials and, for tests, stand-ins for hosts.
        now: The clock.

    Returns:
        What happened, and what a person must do.

    Raises:
        DataProblem: What is bundled is wrong, or another run goes on; nothing was published.
        OSError: The disk fails; nothing was published.
    """
    with only_run(paths):
        run = _Run(paths, progress, wish, environment, now)
        with run.reported():
            run.do()
        return run.report


def rebuild(paths: DataPaths, progress: Progress, now: Clock = utc_now) -> tuple[Release, bool]:
    """Makes the release anew from the bundled tables and the admitted landed files alone.

    Returns:
        The release that is served, and whether it had to be published: ``False`` means that the
        served one came out byte for byte.

    Raises:
        DataProblem: A landed file is lost or altered.
        ReleaseProblem: The same inputs gave other bytes.
    """
    with only_run(paths):
        run = _Run(paths, progress, Wish(offline=True), {}, now)
        found = run.store.verify()
        if found:
            raise DataProblem(
                paths.landing, "; ".join(found), "restore the folder landing from the backup"
            )
        with run.reported(), run.cleaned():
            inputs = run.inputs({})
            built = build(inputs, run.work, progress, now())
            try:
                served = current_release(paths)
            except ReleaseProblem:
                served = None
            if served is None or served.manifest.input_fingerprint != inputs.fingerprint:
                run.publish(built)
                return current_release(paths), True
            candidate = candidate_of(built, paths, now())
            discard_candidates(paths)
            other = sorted(
                name
                for name, entry in candidate.manifest.files.items()
                if served.manifest.files.get(name) != entry
            )
            if other:
                raise ReleaseProblem(
                    f"the same inputs gave other bytes than release {served.id}: {', '.join(other)}"
                )
            run.report.release_id = served.id
            return served, False


def held_editions(paths: DataPaths, source_id: str) -> list[tuple[Arrival, Decision]]:
    """The editions of a source that wait for a person, oldest first."""
    journal = LandingStore(paths.landing).journal(source_id)
    return [(item, journal.decisions[item.number]) for item in journal.of("held")]


def accept(paths: DataPaths, source_id: str, now: Clock = utc_now) -> list[str]:
    """Lets the held editions of a source through the gate; the next refresh publishes them.

    Returns:
        The reasons for which they were held.

    Raises:
        DataProblem: Nothing of this source is held.
    """
    with only_run(paths):
        held = held_editions(paths, source_id)
        if not held:
            raise DataProblem(
                source_id, "nothing of this source is held back", "`observatoire status` shows all"
            )
        store = LandingStore(paths.landing)
        for arrival, decision in held:
            accepted = Decision(
                event="accepted", number=arrival.number, at=now(), edition=decision.edition
            )
            store.decide(source_id, accepted)
        return [reason for _, decision in held for reason in decision.reasons]


@dataclass
class _Run:
    """One run, from the lock to the report."""

    paths: DataPaths
    progress: Progress
    wish: Wish
    environment: Mapping[str, str]
    now: Clock
    states: dict[str, SourceState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings: Settings = read_settings(self.paths.settings)
        self.store = LandingStore(self.paths.landing)
        self.folder = RunFolder(self.paths, self.now)
        self.report = Report(self.folder.run_id, self.folder.started_at)
        self.work = self.paths.build / "work"

    # -- what is there -------------------------------------------------------------------------

    @cached_property
    def connectors(self) -> dict[str, Connector]:
        """One connector a live source."""
        made = {}
        for source in _live_sources(self.paths):
            assert source.online is not None  # noqa: S101 - live
            kind = CONNECTORS.get(source.online.connector)
            if kind is None:
                raise DataProblem(
                    self.paths.raw / source.id / "source.yml",
                    f"unknown connector {source.online.connector!r}",
                    f"choose one of {', '.join(sorted(CONNECTORS))}",
                    column="online.connector",
                )
            made[source.id] = kind(source, self.environment)
        return made

    @cached_property
    def base(self) -> str:
        return base_fingerprint(self.paths)

    @cached_property
    def checked(self) -> Inputs:
        """The bundled tables alone."""
        pairs = list(check_bundled(self.paths.raw))
        bundled = {source.id: tables for source, tables in pairs}
        return Inputs([source for source, _ in pairs], bundled, {}, self.base)

    @cached_property
    def readers(self) -> dict[str, Reader]:
        """One reader a live source."""
        return {
            source_id: Reader(
                connector=connector,
                bundled={item.table.name: item for item in self.checked.bundled[source_id]},
                codes=codes(),
                cache=self.paths.build / "parsed",
                version=self.base,
            )
            for source_id, connector in self.connectors.items()
        }

    # -- the run -------------------------------------------------------------------------------

    def do(self) -> None:
        """Everything; see the module."""
        for sentence in self.store.recover():
            self.note(f"left by a run that was cut short, cleared: {sentence}")
        self._check_wish()
        for source_id in self.connectors:
            self.states[source_id] = read_state(self.paths, source_id)
        if not self.wish.offline:
            self._fetch()
        fresh = self._read_fresh()
        with self.cleaned():
            self._build_and_publish(fresh)
        self._remember()

    def _check_wish(self) -> None:
        for source_id in self.wish.only:
            if source_id not in self.connectors:
                raise DataProblem(
                    source_id,
                    "is no live source",
                    f"choose among {', '.join(sorted(self.connectors)) or 'none so far'}",
                )

    def _fetch(self) -> None:
        fetcher = Fetcher(
            self.store,
            self.settings,
            self.environment,
            upstream(self.environment),
            self.now,
            self.folder.log,
        )
        asked = [
            connector
            for source_id, connector in self.connectors.items()
            if not self.wish.only or source_id in self.wish.only
        ]
        for item in fetcher.all(asked, self.states, self._tell_fetched):
            self.states[item.source_id] = item.state
            entry = self.report.of(item.source_id)
            item.state.skipped = item.skipped
            if item.skipped:
                entry.outcome = "skipped"
                entry.notes.append(item.skipped)
            for problem in item.problems:
                self._fail(problem)

    def _tell_fetched(self, item: Fetched) -> None:
        outcome = "failed" if item.problems else "skipped" if item.skipped else "asked"
        detail = item.skipped or f"{item.n_files} files, {len(item.landed)} new"
        if item.problems:
            detail = item.problems[0].problem
        self.progress.fetched(item.source_id, outcome, detail)

    def _read_fresh(self) -> dict[str, list[Edition]]:
        """The editions that no decision was taken on, or that a person accepted."""
        fresh: dict[str, list[Edition]] = {}
        for source_id in self.connectors:
            journal = self.store.journal(source_id)
            newest = {arrival.key: arrival.number for arrival in journal.arrivals}
            waiting = [
                arrival
                for arrival in journal.of("", "accepted", "refused")
                if journal.decided(arrival) != "refused" or newest[arrival.key] == arrival.number
            ]
            if not waiting:
                continue
            known = self._known_labels(source_id, journal)
            days = availability(journal)
            editions = []
            for arrival in waiting:
                try:
                    editions.append(self._read(source_id, journal, arrival, days, known))
                except SourceProblem as problem:
                    if newest[arrival.key] == arrival.number:
                        self._fail(problem)
                    else:
                        self.note(f"an older file cannot be read: {problem}")
            fresh[source_id] = self._without_identical(source_id, journal, editions)
        return {source_id: editions for source_id, editions in fresh.items() if editions}

    def _known_labels(
        self, source_id: str, journal: Journal
    ) -> dict[str, list[tuple[str, dt.date]]]:
        known = bundled_labels(self.readers[source_id].bundled)
        for arrival in journal.arrivals:
            if label := journal.edition(arrival):
                day = arrival.retrieved_at.date()
                known.setdefault(label, []).append((arrival.key, day))
        return known

    def _read(
        self,
        source_id: str,
        journal: Journal,
        arrival: Arrival,
        days: Mapping[int, dt.date],
        known: dict[str, list[tuple[str, dt.date]]],
    ) -> Edition:
        reader = self.readers[source_id]
        landed = self.store.landed(source_id, arrival)
        label = journal.edition(arrival) or reader.label(landed, known)
        known.setdefault(label, []).append((arrival.key, arrival.retrieved_at.date()))
        tables = reader.read(replace(landed, edition=label), arrival)
        self.folder.log(
            "read", source=source_id, key=arrival.key, edition=label,
            rows={table.name: table.rows for table in tables},
        )  # fmt: skip
        return Edition(
            source_id, arrival.number, arrival.key, label, arrival.sha256,
            days[arrival.number], tables,
        )  # fmt: skip

    def _without_identical(
        self, source_id: str, journal: Journal, fresh: Sequence[Edition]
    ) -> list[Edition]:
        """Drops, and says so in the journal, what brings the very rows of the edition before."""
        if not fresh:
            return []
        together = self._in_order([*self._admitted(source_id, journal), *fresh])
        new = {edition.number for edition in fresh}
        kept = []
        for edition in changed_only(together):
            if edition.number not in new:
                continue
            if edition.tables:
                kept.append(edition)
            else:
                self._decide("identical", edition)
                is_kept_only = not next(
                    item.tables for item in together if item.number == edition.number
                )
                self.report.of(source_id).notes.append(
                    f"{edition.key}: a new file was kept; nothing of it is loaded"
                    if is_kept_only
                    else f"{edition.key}: another file with rows that are known already"
                )
        return kept

    def _admitted(self, source_id: str, journal: Journal | None = None) -> list[Edition]:
        """The editions that were part of releases, read (from the cache, as a rule)."""
        journal = journal or self.store.journal(source_id)
        days = availability(journal)
        return [
            Edition(
                source_id, arrival.number, arrival.key, journal.edition(arrival), arrival.sha256,
                days[arrival.number], self._tables(source_id, journal, arrival),
            )
            for arrival in journal.of("admitted")
        ]  # fmt: skip

    def _tables(self, source_id: str, journal: Journal, arrival: Arrival) -> tuple[ReadTable, ...]:
        landed = self.store.landed(source_id, arrival, journal.edition(arrival))
        return self.readers[source_id].read(landed, arrival)

    @staticmethod
    def _in_order(editions: Iterable[Edition]) -> list[Edition]:
        return sorted(editions, key=lambda edition: edition.number)

    def _identities(self, fresh: Mapping[str, Sequence[Edition]]) -> str:
        """The fingerprint of a release with these editions, without reading any of them."""
        editions = {}
        for source_id in self.connectors:
            journal = self.store.journal(source_id)
            days = availability(journal)
            admitted = [
                Edition(
                    source_id, item.number, item.key, journal.edition(item), item.sha256,
                    days[item.number], (),
                )
                for item in journal.of("admitted")
            ]  # fmt: skip
            editions[source_id] = self._in_order([*admitted, *fresh.get(source_id, ())])
        return input_fingerprint(self.base, editions)

    def inputs(self, fresh: Mapping[str, Sequence[Edition]]) -> Inputs:
        """The bundled tables with every admitted edition and these fresh ones."""
        editions = {
            source_id: [
                edition
                for edition in changed_only(
                    self._in_order([*self._admitted(source_id), *fresh.get(source_id, ())])
                )
                if edition.tables
            ]
            for source_id in self.connectors
        }
        return replace(self.checked, editions=editions, fingerprint=self._identities(fresh))

    # -- build, gate, publish ------------------------------------------------------------------

    def _build_and_publish(self, fresh: dict[str, list[Edition]]) -> None:
        while True:
            served = unchanged(self.paths, self._identities(fresh))
            if served is not None and not self.wish.force:
                self.report.release_id = served.id
                self._admit(fresh)  # a run was killed between publication and journal
                return
            built, fresh = self._largest_build(fresh)
            held = reasons_to_hold(built.warehouse, self._served(), self._news(built, fresh))
            if not held:
                self.publish(built)
                self._admit(fresh)
                return
            for source_id, reasons in held.items():
                self._hold(source_id, fresh.pop(source_id), reasons)

    def _largest_build(
        self, fresh: dict[str, list[Edition]]
    ) -> tuple[Built, dict[str, list[Edition]]]:
        """Builds with as many of the fresh sources as the models and their tests accept."""
        try:
            return self._build(fresh), fresh
        except SystemTrouble:
            raise
        except DataProblem as problem:
            blamed = _blamed(problem, self.work) & set(fresh)
            if not blamed:
                raise
            self.folder.log("build_refused", sources=sorted(blamed), problem=problem.problem)
            kept = {name: items for name, items in fresh.items() if name not in blamed}
            if len(blamed) == 1:
                self._refuse(blamed.pop(), fresh, problem)
                return self._largest_build(kept)
        # The tests that failed see several fresh sources: add them one by one.
        built = None
        for source_id in sorted(blamed):
            wider = {**kept, source_id: fresh[source_id]}
            try:
                built = self._build(wider)
            except SystemTrouble:
                raise
            except DataProblem as problem:
                self._refuse(source_id, fresh, problem)
                built = None
            else:
                kept = wider
        return built or self._build(kept), kept

    def _build(self, fresh: Mapping[str, Sequence[Edition]]) -> Built:
        return build(self.inputs(fresh), self.work, self.progress, self.now())

    def _refuse(
        self, source_id: str, fresh: Mapping[str, Sequence[Edition]], problem: DataProblem
    ) -> None:
        journal = self.store.journal(source_id)
        refused = {arrival.number for arrival in journal.of("refused")}
        for edition in fresh[source_id]:
            if edition.number not in refused:
                self._decide("refused", edition)
        what = f"the build refused it: {problem.problem}"
        self._fail(SourceProblem(what, BUILD_REFUSED, source_id))

    def _served(self) -> Release | None:
        try:
            return current_release(self.paths)
        except ReleaseProblem:
            return None

    def _news(self, built: Built, fresh: Mapping[str, Sequence[Edition]]) -> list[News]:
        """What the gate must look at: fresh editions that no person has accepted."""
        news = []
        for source_id, editions in fresh.items():
            accepted = {item.number for item in self.store.journal(source_id).of("accepted")}
            numbers = {item.number for item in editions} - accepted
            keys = {item.key for item in editions if item.number in numbers}
            orders: set[int] = set()
            begun: set[str] = set()
            before: dict[tuple[str, str], int] = {}
            tables: set[str] = set()
            for order, edition in enumerate(built.inputs.editions[source_id], start=1):
                names = [table.name for table in edition.tables if table.name != PROVENANCE]
                tables.update(names)
                if edition.number in numbers:
                    orders.add(order)
                    begun.add(edition.key)
                elif edition.key in keys - begun:
                    before |= {(edition.key, name): order for name in names}
            if orders:
                online = self.connectors[source_id].online
                pairs = frozenset((name, order) for (_, name), order in before.items())
                news.append(
                    News(source_id, tuple(sorted(tables)), frozenset(orders), pairs, online.gates)
                )
        return news

    def publish(self, built: Built) -> None:
        """Publishes what was built."""
        stale = {
            source_id: entry.notes[-1]
            for source_id, entry in self.report.sources.items()
            if entry.outcome in ("failed", "held") and entry.notes
        }
        for source_id in self.connectors:
            if source_id not in stale and self.store.journal(source_id).of("held"):
                stale[source_id] = "a newer edition is held back for a person to look at"
        release = release_from(built, self.paths, stale, self.progress, self.now)
        self.report.release_id = release.id
        self.report.is_new = True
        self.folder.log("published", release=release.id, stale=stale)

    def _admit(self, fresh: Mapping[str, Sequence[Edition]]) -> None:
        for source_id, editions in fresh.items():
            for edition in editions:
                self._decide("admitted", edition)
                entry = self.report.of(source_id)
                if entry.outcome == "unchanged":
                    entry.outcome = "new"
                rows = sum(table.rows for table in edition.tables if table.name != PROVENANCE)
                entry.notes.append(f"{edition.key}: edition {edition.label}, {rows} rows")

    def _hold(self, source_id: str, editions: Sequence[Edition], reasons: list[str]) -> None:
        for edition in editions:
            self._decide("held", edition, tuple(reasons))
        entry = self.report.of(source_id)
        entry.outcome = "held"
        entry.notes += reasons
        entry.remedy = (
            f"compare with {self.connectors[source_id].source.landing_page}; if the change is "
            f"real, `observatoire accept {source_id}` publishes it"
        )

    def _decide(self, event: str, edition: Edition, reasons: tuple[str, ...] = ()) -> None:
        decision = Decision.model_validate(
            {
                "event": event,
                "number": edition.number,
                "at": self.now(),
                "edition": edition.label,
                "reasons": reasons,
            }
        )
        self.store.decide(edition.source_id, decision)
        self.folder.log(event, source=edition.source_id, key=edition.key, edition=edition.label)

    # -- what is told --------------------------------------------------------------------------

    def note(self, sentence: str) -> None:
        """Something that a person may want to know."""
        self.report.notes.append(sentence)
        self.folder.log("note", text=sentence)

    def _fail(self, problem: SourceProblem) -> None:
        where = f" [{problem.where}]" if problem.where else ""
        self.report.fail(problem.source_id, f"{problem.problem}{where}", problem.remedy)
        self.folder.log(
            "failed", source=problem.source_id, problem=problem.problem, where=problem.where,
            remedy=problem.remedy,
        )  # fmt: skip

    def _remember(self) -> None:
        """Writes the state of each source, and reports what is still held from earlier runs."""
        for source_id, state in self.states.items():
            entry = self.report.sources.get(source_id)
            if entry is None or entry.outcome in ("unchanged", "new"):
                held = self.store.journal(source_id).of("held")
                if held:
                    self._still_held(source_id, held)
            entry = self.report.sources.get(source_id)
            if entry is not None and entry.outcome == "failed":
                state.last_error = Trouble(
                    at=self.now(), problem=entry.notes[0], remedy=entry.remedy
                )
            elif state.last_attempt and state.last_attempt >= self.report.started_at:
                state.last_success, state.last_error = state.last_attempt, None
            write_state(self.paths, source_id, state)

    def _still_held(self, source_id: str, held: Sequence[Arrival]) -> None:
        journal = self.store.journal(source_id)
        newest = {item.key: item.number for item in journal.arrivals}
        waiting = [item for item in held if newest[item.key] == item.number]
        if waiting:
            decision = journal.decisions[waiting[-1].number]
            entry = self.report.of(source_id)
            entry.outcome = "held"
            entry.notes += decision.reasons
            entry.remedy = (
                f"held back since {decision.at:%Y-%m-%d}: `observatoire accept {source_id}` "
                "publishes it"
            )

    @contextmanager
    def cleaned(self) -> Iterator[None]:
        """Leaves no half-made build or candidate behind."""
        try:
            yield
        except BaseException:
            discard_candidates(self.paths)
            keep_log(self.work, self.paths.build)
            raise
        finally:
            shutil.rmtree(self.work, ignore_errors=True)

    @contextmanager
    def reported(self) -> Iterator[None]:
        """Writes the report and tells whoever wants to know, however the run ends."""
        self.folder.log("started", wish=vars(self.wish))
        try:
            yield
        except BaseException as error:
            self.report.problem = str(error) or type(error).__name__
            raise
        finally:
            self.report.ended_at = self.now()
            if self.report.release_id is None and (served := self._served()):
                self.report.release_id = served.id
            for sentence in tell(self.report, self.settings.notify):
                self.note(sentence)
            self.folder.log("ended", exit_code=self.report.exit_code)
            self.folder.write(self.report)


def _blamed(problem: DataProblem, work: Path) -> set[str]:
    """The sources that a failed build speaks of."""
    if isinstance(problem, EditionClash):
        return {problem.source_id}
    return transform.blamed_sources(work / "target")


def _live_sources(paths: DataPaths) -> list[Source]:
    """The declarations that have a section ``online``."""
    return [source for source in read_declarations(paths.raw) if source.online]
