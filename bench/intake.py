"""``python -m bench.intake``: how fast a county takes cases in, on either database.

Applications are sealed before; what is measured begins where an exchange hands a batch to the
county's store and ends with the commit: signatures, opening, the check against the item, the case,
the receipt. Each process has so many children at once. Then 50 stations bring one application
with an attachment of 5 MB each, at once.

Not part of ``make bench``: it takes the whole machine, and says its load.
"""

import asyncio
import json
import multiprocessing
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from bench.process import spent_with_children_s
from bench.profiling import profiled
from central.county.app import open_county
from central.county.processes.attaching import attach
from central.county.processes.leading import leading_of
from central.county.processes.worker import open_worker
from central.relay.exchange.exchanges import Exchanges
from central.server.config import ServerConfig
from protocol.exchange.messages import EnvelopeItem, Item
from tests.builders.disks.postgres import PostgresServer
from tests.central.county.backup.place import OpenCounty, Place
from tests.central.county.village import CATALOGUE, Scan, Village

_BATCH = 32  # envelopes in one commit: what an exchange of a busy hub brings together
_CHILDREN = 4  # at once, at each process
_BIG_BYTES = 5_000_000
_PARTS = 16  # of 64 KiB, in one commit


Lanes = Sequence[tuple[str, Sequence[Sequence[Item]]]]
"""By child: batches, each of which is committed together."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one process has to take in, one measure after the other; the first warms it."""

    folder: Path
    worker: bool
    measures: Sequence[Lanes]
    profile: bool


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of one measure."""

    took_s: float
    processes_s: Sequence[float]  # processor time of each
    database_s: float  # that of its server

    def words(self, count: int, what: str) -> str:
        """For one line; what it costs says more than how long it took while others work, too."""
        each = " + ".join(f"{one / count * 1000:.2f}" for one in self.processes_s)
        server = f", server {self.database_s / count * 1000:.2f}" if self.database_s else ""
        return (
            f"  {count} {what} in {self.took_s:.1f} s: {count / self.took_s:.1f} a second; "
            f"processor ms for each: {each}{server}"
        )


async def _take(exchanges: Exchanges, lanes: Lanes, mark: int) -> None:
    """All children of one process, each batch after batch."""

    async def child(number: int, peer: str, batches: Sequence[Sequence[Item]]) -> None:
        count = 0
        for at, items in enumerate(batches):
            store = exchanges.store_for(peer)  # type: ignore[arg-type]
            exchange = (mark << 40 | number << 24 | at).to_bytes(8, "big")
            count += len(items)
            if refused := await store.store(exchange, len(items), items):
                raise RuntimeError(str(refused))

    await asyncio.gather(*(child(n, peer, batches) for n, (peer, batches) in enumerate(lanes)))


def _work(path: str, ready: "multiprocessing.Barrier", number: int) -> None:  # type: ignore[valid-type]
    """One process: opens, waits for the others before each measure, takes in, waits again."""

    async def run() -> None:
        share: Share = pickle.loads(Path(path).read_bytes())  # noqa: S301 - our own file
        config = ServerConfig.load(share.folder / "county.toml")
        opened = open_worker if share.worker else open_county
        spent_s = []
        async with opened(share.folder, config) as node:
            for at, lanes in enumerate(share.measures):
                await asyncio.to_thread(ready.wait)  # type: ignore[attr-defined]
                before_s = time.process_time()
                with profiled(share.profile and at > 0, number):
                    await _take(node.exchanges, lanes, at << 4 | number)
                spent_s.append(time.process_time() - before_s)
                await asyncio.to_thread(ready.wait)  # type: ignore[attr-defined]
        Path(f"{path}.spent").write_text(json.dumps(spent_s), "ascii")

    asyncio.run(run())


def _measure(
    shares: Sequence[Share], folder: Path, database: Callable[[], float]
) -> Sequence[Cost]:
    """What each measure took until every process has taken in its share.

    Args:
        database: processor time of its server so far.
    """
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(len(shares) + 1)
    processes, paths = [], [folder / f"share-{number}" for number in range(len(shares))]
    for number, (share, path) in enumerate(zip(shares, paths, strict=True), 1):
        path.write_bytes(pickle.dumps(share))
        processes.append(context.Process(target=_work, args=(str(path), ready, number)))
    for process in processes:
        process.start()
    took = []
    for _ in shares[0].measures:
        ready.wait()
        begun_s, database_s = time.monotonic(), database()
        ready.wait()
        took.append((time.monotonic() - begun_s, database() - database_s))
    for process in processes:
        process.join()
    spent = [json.loads(Path(f"{path}.spent").read_text("ascii")) for path in paths]
    return [
        Cost(took_s=took_s, processes_s=each, database_s=database_s)
        for (took_s, database_s), *each in zip(took, *spent, strict=True)
    ]


async def _prepare(place: Place, stations: int) -> tuple[list[Village], str]:
    """A county with a catalogue and stations; everything is in its folder and database."""
    place.found()
    big = CATALOGUE.replace(b'"max_bytes": 300000', b'"max_bytes": 6000000')
    config = ServerConfig.load(place.data / "county.toml")
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(open_county(place.data, config))
        await node.county.catalogue.publish(big)
        if leading := leading_of(node):
            await leading.mirroring.look()
        county = OpenCounty(node=node, randomness=place.randomness)
        villages = [await county.village() for _ in range(stations)]
        if leading:
            await leading.mirroring.look()
        return villages, node.relay.node


def _batched(items: Sequence[Item], size: int) -> list[list[Item]]:
    return [list(items[at : at + size]) for at in range(0, len(items), size)]


def _shares(
    folders: Sequence[tuple[Path, bool]], measures: Sequence[Lanes], *, profile: bool
) -> list[Share]:
    return [
        Share(
            folder=path,
            worker=worker,
            measures=[lanes[n :: len(folders)] for lanes in measures],
            profile=profile,
        )
        for n, (path, worker) in enumerate(folders)
    ]


def _forms(
    villages: Sequence[Village], cases: int, processes: int
) -> list[tuple[str, list[list[Item]]]]:
    """Envelopes by child: each child brings those of some stations."""
    lanes = _CHILDREN * processes
    items: list[list[Item]] = [[] for _ in range(lanes)]
    for n in range(cases):
        village = villages[n % len(villages)]
        items[n % len(villages) % lanes].append(EnvelopeItem(wire=village.submit()))
    peers = [villages[n % len(villages)].node for n in range(lanes)]
    return [(peer, _batched(some, _BATCH)) for peer, some in zip(peers, items, strict=True)]


def _with_files(villages: Sequence[Village]) -> list[tuple[str, list[list[Item]]]]:
    """One application of 5 MB from each station."""
    found = []
    for village in villages:
        scan: Scan = village.scan(os.urandom(_BIG_BYTES))
        first: list[Item] = [EnvelopeItem(wire=village.submit(scan))]
        found.append((str(village.node), [first, *_batched(list(scan.parts), _PARTS)]))
    return found


def _nothing() -> float:
    return 0.0


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="postgresql")
@click.option("--processes", type=int, default=2, help="One on SQLite.")
@click.option("--cases", type=int, default=4000)
@click.option("--stations", type=int, default=50)
@click.option("--profile", is_flag=True, help="Say where the processors' time goes.")
def main(database: str, processes: int, cases: int, stations: int, *, profile: bool) -> None:
    """Print cases a second, and submissions of 5 MB a second."""
    processes = 1 if database == "sqlite" else processes
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        url, spent_s = "", _nothing
        if database == "postgresql":
            server = stack.enter_context(PostgresServer(synced=True))
            url, spent_s = server.empty_database(), lambda: spent_with_children_s(server.pid)
        place = Place(folder=folder, database=url)
        villages, _ = asyncio.run(_prepare(place, stations))
        folders = [(place.data, False)]
        if database == "postgresql":
            folders = [(folder / f"worker-{n}", True) for n in range(processes)]
            for path, _worker in folders:
                attach(place.data, path, listen="127.0.0.1:1")
        click.echo(f"{database}, {processes} processes, load before {os.getloadavg()[0]:.1f}")
        few = [*_forms(villages, _CHILDREN * processes, processes), *_with_files(villages[:2])]
        measures = [few, _forms(villages, cases, processes), _with_files(villages)]
        shares = _shares(folders, measures, profile=profile)
        _, forms, files = _measure(shares, folder, spent_s)
        click.echo(forms.words(cases, "cases"))
        click.echo(files.words(len(villages), "of 5 MB at once"))
        click.echo(f"  load after {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    sys.exit(main())
