"""Finding an item among 2,000: processor time of one query, and what its table costs on the wire.

The queries are those that people type: names, aliases, pinyin, initials, departments, codes, and
what is misspelt. Each is timed several times; the slowest query's best counts, because whatever
else runs only adds to it.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.big_catalogue import write_catalogues
from bench.report import Row, Say
from bench.workplace import working_folder
from central.county.catalogue.readings import with_readings
from protocol.catalogue.finding.index import index_of
from protocol.catalogue.finding.search import search
from protocol.catalogue.items.entries import catalogue_entries
from protocol.trust.edition import changes, whole

QUERIES = (
    *("低保", "养老", "yanglao", "yl", "ylbx", "民政", "mzj", "451423-900001", "canji", "cjr"),
    *("低宝", "yanlao", "社保", "xyz", "重度残疾", "老年人优待", "民政 残疾", "yang lao", "db"),
    "城乡居民基本养老保险参保登纪",
)
_TIMES = 15
_QUERY_MS, _INDEX_MS = 5.0, 500.0


async def measure(say: Say) -> list[Row]:
    """All rows."""
    with working_folder() as folder:
        before, after = (catalogue_entries(one.read_bytes()) for one in _files(folder))
    say("readings")
    start = time.process_time()
    read, read_after = with_readings(before), with_readings(after)
    published_s = (time.process_time() - start) / 2
    index = index_of(read)
    slowest = max((_best(partial(search, index, query)), query) for query in QUERIES)
    more = len(changes(read, read_after)) - len(changes(before, after))
    return [
        Row(name="find: slowest of 20 queries in 2,000 items", ours=slowest[0], unit="ms",
            limit=_QUERY_MS, note=f"the slowest query is {slowest[1]}"),
        Row(name="find: making the index of 2,000 items", ours=_best(lambda: index_of(read)),
            unit="ms", limit=_INDEX_MS),
        Row(name="find: table of readings, whole, on the wire", unit="B",
            ours=len(whole(read)) - len(whole(before))),
        Row(name="find: table of readings, 1 % of items changed", ours=more, unit="B", limit=64),
        Row(name="find: reading 2,000 items' names at publishing", ours=published_s, unit="s"),
    ]  # fmt: skip


def _files(folder: Path) -> tuple[Path, Path]:
    return write_catalogues(folder)


def _best(work: Callable[[], object]) -> float:
    """Processor time in ms, the least of several times."""
    times = []
    for _ in range(_TIMES):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000
