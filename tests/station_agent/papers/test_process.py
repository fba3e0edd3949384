"""The process of one page: ended in any case, whatever it is given."""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from protocol.errors.scans import ScanHeicError, ScanSlowError
from station_agent.papers import process as processes
from station_agent.papers.process import PageProcesses
from station_agent.papers.wanted import Prepared, Wanted
from tests.station_agent.papers import scans


async def in_pieces(data: bytes, size: int = 60_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def made(source: bytes, of: PageProcesses | None = None) -> tuple[Prepared, bytes, bytes]:
    async with (of or PageProcesses()).look(Wanted(), in_pieces(source)) as (one, prepared, digest):
        page = await asyncio.to_thread(lambda: b"".join(one.pieces(prepared.size)))
    return prepared, page, digest


async def test_a_page_comes_back_whole_with_the_digest_of_what_it_was() -> None:
    source = scans.photo(2000, 1500)
    prepared, page, digest = await made(source)
    assert scans.opened(page).size == (prepared.width, prepared.height) == (2000, 1500)
    assert digest == hashlib.sha256(source).digest()


async def test_what_is_refused_comes_back_as_the_error_that_it_is() -> None:
    with pytest.raises(ScanHeicError):
        await made(scans.heic())


async def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    sleeps = (sys.executable, "-c", "import sys, time; sys.stdin.buffer.read(); time.sleep(60)")
    monkeypatch.setattr(processes, "_COMMAND", sleeps)
    with pytest.raises(ScanSlowError):
        await made(scans.picture(), PageProcesses(seconds=0.05))


async def test_one_that_ends_in_the_middle_of_a_page_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    half = 'import sys; sys.stdin.buffer.read(); print(\'{"kind": "image/jpeg", "size": 99}\\nx\')'
    monkeypatch.setattr(processes, "_COMMAND", (sys.executable, "-c", half))
    with pytest.raises(ScanSlowError):
        await made(scans.picture())


async def test_one_that_fails_is_our_own_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_COMMAND", (sys.executable, "-c", "raise SystemExit(1)"))
    with pytest.raises(RuntimeError, match="ended with 1"):
        await made(scans.photo(1000, 1000))


async def test_one_that_wants_too_much_memory_is_ended_by_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    greedy = (
        "import station_agent.papers.child as c\n"
        "c._way_of = lambda s: lambda s, w: bytearray(2**31)\n"
        "c.main()"
    )
    monkeypatch.setattr(processes, "_COMMAND", (sys.executable, "-c", greedy))
    with pytest.raises(ScanSlowError):
        await made(scans.picture())


def test_it_can_write_no_file(tmp_path: Path) -> None:
    target = tmp_path / "written"
    writes = (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "import station_agent.papers.child as c; c.bound_memory()\n"
        f"open({str(target)!r}, 'wb').write(b'x')"
    )
    subprocess.run((sys.executable, "-c", writes), check=False, stderr=subprocess.DEVNULL)
    assert target.read_bytes() == b""


async def test_two_pages_at_once_wait_for_each_other() -> None:
    both = PageProcesses()
    first, second = await asyncio.gather(
        made(scans.picture(), both), made(scans.picture(90, 60), both)
    )
    assert (first[0].width, second[0].width) == (400, 90)
