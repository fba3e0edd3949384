"""Looking at the blocks of numbers of a large county: 300 stations, 3,000 blocks, 180,000 numbers.

In this process, with the county's real services, database and pages; a page is asked for over HTTP
on loopback, so that client and server are in its figure. The rows of the blocks are written as
counting leaves them. Processor time of all threads, the best of 15: what else runs only adds to it.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from aiohttp.test_utils import TestClient, TestServer

from bench.report import Row, Say
from bench.workplace import working_folder
from central.accounts.pages.shared import STAFF
from central.accounts.roles import StaffRole
from central.county.app import console_of, open_county
from central.county.control.node import CountyNode
from central.county.keys.founding import found_county
from central.county.numbers.calls import STATUS
from central.server.config import ServerConfig
from protocol.envelope.suites import SuiteNumber
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role
from provisioning.invitation import NewNode
from runtime.actor import PROGRAM
from runtime.control.calls import Nothing, handler
from runtime.system import SystemClock, SystemRandomness
from runtime.web.application import application
from tests.builders.blocks import fill_blocks
from tests.builders.chance import SeededRandomness
from tests.provisioning.scene import Machine, make_secrets

_STATIONS, _BLOCKS, _USED = 300, 10, 60
_TIMES = 15
_MAX_MS = 100.0
_COUNTY, _NAME, _PASSWORD = "451423", "security", "correct-horse-9"

Get = Callable[[str], Awaitable[None]]


async def measure(say: Say) -> list[Row]:
    """All rows."""
    with working_folder() as folder:
        data = folder / "county"
        found_county(
            data,
            code=_COUNTY,
            name="龙州县",
            url="https://127.0.0.1:8440",
            database="",
            clock=SystemClock(),
            randomness=SystemRandomness(),
        )
        async with open_county(data, ServerConfig()) as node:
            say(f"{_STATIONS} stations join")
            stations = await _join(node)
            say(f"{_STATIONS * _BLOCKS} blocks, {_STATIONS * _BLOCKS * _USED} numbers")
            fill = partial(fill_blocks, stations=stations, each=_BLOCKS, used=_USED)
            await node.relay.store.transact(fill)
            say("pages")
            async with _reader(node) as get:
                return await _rows(node, get, stations[0])


async def _rows(node: CountyNode, get: Get, station: str) -> list[Row]:
    head = f"numbers, {_STATIONS * _BLOCKS:,} blocks, {_STATIONS * _BLOCKS * _USED:,} used"
    status = handler(node.operations, STATUS).method
    pages = {
        "page of all stations": "/numbers",
        "page 3 of them, filtered": "/numbers?kind=case&year=2026&page=3",
        "page of one station": f"/numbers/{station}",
    }
    rows = [
        Row(
            name=f"{head}: {name}",
            ours=await _best_ms(partial(get, path)),
            unit="ms",
            limit=_MAX_MS,
        )
        for name, path in pages.items()
    ]
    every = await _best_ms(lambda: status(PROGRAM, Nothing(), lambda _: None))
    return [*rows, Row(name=f"{head}: status of every block", ours=every, unit="ms")]


async def _join(node: CountyNode) -> Sequence[str]:
    """Stations that are in use, by their ids."""
    randomness, authority = SeededRandomness(), node.authority
    key = node.relay.identity.keys.opening[SuiteNumber.XWING]
    villages = [
        NewNode(
            role=Role.STATION,
            code=f"{_COUNTY}{100 + at // 20}{200 + at % 20}",
            name=f"第{at}村",
            parent=None,
            url="",
            contact="",
        )
        for at in range(_STATIONS)
    ]
    for invitation in authority.invitations.add_all(villages):
        machine = Machine(kit=read_kit(invitation.kit), secrets=make_secrets(randomness))
        parcel, _ = machine.parcel(invitation.code)
        authority.admit(parcel, key)
    await node.publish_roster()
    nodes = node.relay.editions.roster.nodes
    return sorted(name for name, entry in nodes.items() if entry.role is Role.STATION)


@asynccontextmanager
async def _reader(node: CountyNode) -> AsyncIterator[Get]:
    """Somebody logged in to the console."""
    site = console_of(node, ServerConfig(second_factor="optional"))
    await site.content.shared[STAFF].accounts.add(_NAME, StaffRole.SECURITY, _PASSWORD)
    begun = await site.logins.begin(_NAME, _PASSWORD, "", address="")
    headers = {"Cookie": f"{site.cookie}={begun.token}"}
    async with TestClient(TestServer(application(site))) as client:
        site.hosts.open_at(client.port or 0, ("127.0.0.1",))

        async def get(path: str) -> None:
            answer = await client.get(path, headers=headers, allow_redirects=False)
            text = await answer.text()
            if answer.status != 200 or "号段" not in text:  # noqa: PLR2004
                raise RuntimeError(f"{path}: {answer.status}")

        yield get


async def _best_ms(work: Callable[[], Awaitable[object]]) -> float:
    times = []
    for _ in range(_TIMES):
        before = time.process_time()
        await work()
        times.append(time.process_time() - before)
    return min(times) * 1000
