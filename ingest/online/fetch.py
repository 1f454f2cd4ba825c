"""The fetching half of a run: all sources, in parallel across hosts, serial within one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ingest.declarations import Source
from ingest.online.connector import Connector, Gathered, Landed, Remote, Reply, SourceProblem
from ingest.online.http import Client, Hear
from ingest.online.landing import Arrival, LandingStore, stage
from ingest.online.settings import Settings
from ingest.online.state import KnownFile, SourceState

MOST_THREADS = 8
STUMBLED = "this is a fault of the connector: keep the log of the run and mend it"


@dataclass
class Fetched:
    """What one source gave.

    Attributes:
        landed: New arrivals.
        problems: What could not be had.
        skipped: Why the source was not asked; empty when it was.
    """

    source_id: str
    state: SourceState
    landed: list[Landed] = field(default_factory=list)
    n_files: int = 0
    problems: list[SourceProblem] = field(default_factory=list)
    skipped: str = ""


@dataclass(frozen=True)
class Fetcher:
    """Everything that fetching needs from outside."""

    store: LandingStore
    settings: Settings
    environment: Mapping[str, str]
    upstream: Mapping[str, str]
    now: Callable[[], dt.datetime]
    log: Hear

    def all(
        self,
        connectors: Sequence[Connector],
        states: Mapping[str, SourceState],
        told: Callable[[Fetched], None],
    ) -> list[Fetched]:
        """Fetches every source; one that fails stops no other."""

        def one_group(group: Sequence[Connector]) -> list[Fetched]:
            done = []
            for connector in group:
                done.append(self.one(connector, states[connector.source_id]))
                told(done[-1])
            return done

        groups = by_host([connector.source for connector in connectors])
        by_id = {connector.source_id: connector for connector in connectors}
        if not groups:
            return []
        with ThreadPoolExecutor(min(len(groups), MOST_THREADS)) as pool:
            lists = pool.map(one_group, [[by_id[name] for name in group] for group in groups])
            return [item for items in lists for item in items]

    def one(self, connector: Connector, state: SourceState) -> Fetched:
        """Fetches one source; whatever goes wrong is in the result."""
        source = connector.source
        result = Fetched(source.id, state.model_copy(deep=True))
        missing = [name for name in connector.online.credentials if not self.environment.get(name)]
        if missing:
            result.skipped = f"no credentials: set {', '.join(missing)} in the environment"
            return result
        result.state.last_attempt = self.now()

        def hear(event: str, **facts: object) -> None:
            self.log(event, source=source.id, **facts)

        with Client(connector.online, self.settings.fetch, hear, self.upstream, self.now) as client:
            try:
                wanted = self._discover(connector, client)
            except (SourceProblem, OSError) as error:
                result.problems.append(_problem(error, source.id, "discovery"))
                return result
            for item in wanted:
                result.n_files += 1
                try:
                    self._get(client, source.id, item, result, hear)
                except (SourceProblem, OSError) as error:
                    result.problems.append(_problem(error, source.id, f"{item.key} ({item.url})"))
        return result

    def _discover(self, connector: Connector, client: Client) -> list[Remote | Gathered]:
        def fetch(remote: Remote) -> Reply:
            try:
                return client.read(remote, self.store.incoming)
            except SourceProblem as problem:
                problem.where = problem.where or f"{remote.key} ({remote.url})"
                raise

        try:
            wanted = connector.discover(fetch)
        except (SourceProblem, OSError):
            raise
        except Exception as error:
            raise SourceProblem(
                f"the connector did not expect this ({type(error).__name__}: {error})", STUMBLED
            ) from error
        keys = [item.key for item in wanted]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice or not keys:
            what = f"two files have one key: {twice}" if twice else "no file was found"
            raise SourceProblem(what, "open the landing page: has the producer changed it?")
        return wanted

    def _get(
        self,
        client: Client,
        source_id: str,
        item: Remote | Gathered,
        result: Fetched,
        hear: Hear,
    ) -> None:
        journal = self.store.journal(source_id)
        last = journal.last(item.key)
        if isinstance(item, Gathered):
            path, sha256 = stage(item.content, self.store.incoming, f"{source_id}-{item.key}")
            size, status, headers, url = len(item.content), 200, {}, item.url
        else:
            known = result.state.files.get(item.key)
            is_known = (
                known is not None
                and last is not None
                and known.url == item.url
                and known.sha256 == last.sha256
                and self.store.blob(last.sha256).is_file()
            )
            download = client.download(
                item, self.store.incoming, known.validators() if known and is_known else None
            )
            if download is None:
                hear("unchanged", key=item.key)
                return
            path, sha256, size = download.path, download.sha256, download.size
            status, headers, url = download.status, dict(download.headers), download.url
            result.state.files[item.key] = KnownFile(
                url=item.url,
                sha256=sha256,
                etag=headers.get("etag"),
                last_modified=headers.get("last-modified"),
            )
        if last is not None and last.sha256 == sha256:
            path.unlink()
            hear("unchanged", key=item.key)
            return
        arrival = Arrival(
            number=len(journal.arrivals) + 1,
            key=item.key,
            url=url,
            sha256=sha256,
            bytes=size,
            retrieved_at=self.now(),
            status=status,
            headers=headers,
        )
        self.store.land(source_id, arrival, path)
        result.landed.append(self.store.landed(source_id, arrival))
        hear("landed", key=item.key, sha256=sha256, bytes=size, number=arrival.number)


def by_host(sources: Sequence[Source]) -> list[list[str]]:
    """Source ids in groups that share no host: groups may be fetched at the same time."""
    groups: list[tuple[set[str], list[str]]] = []
    for source in sources:
        hosts, names = set(source.online.hosts if source.online else ()), [source.id]
        apart = []
        for group in groups:
            if group[0] & hosts:
                hosts |= group[0]
                names = group[1] + names
            else:
                apart.append(group)
        groups = [*apart, (hosts, names)]
    return [names for _, names in groups]


def _problem(error: SourceProblem | OSError, source_id: str, where: str) -> SourceProblem:
    if isinstance(error, OSError):
        return SourceProblem(
            f"cannot be written: {error.strerror or error}",
            "check the free space and the permissions of the data folder; the next run goes on",
            source_id,
            where,
        )
    error.source_id = error.source_id or source_id
    error.where = error.where or where
    return error
