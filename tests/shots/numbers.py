"""Blocks of numbers in every condition, for the pictures of their pages."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers import queries
from central.county.numbers.calls import BlockShown, IssueBlocks
from central.county.numbers.counting import Told
from central.county.numbers.desk import NumberDesk
from central.county.numbers.service import FORKED as WHY
from protocol.ids import EnvelopeId, NodeId
from protocol.numbers.number import Number, NumberKind, Series
from runtime.control.owner import Report
from runtime.web.site import Site
from tests.central.nodes import County as Nodes
from tests.provisioning.scene import Machine

WINDOW_CODE = "451423103000"
_WITH, _YEAR = range(10, 50), 2026
_TICKETS = 30


def window_at(nodes: Nodes) -> Machine:
    """A window of a township, which may charge."""
    scene = nodes.scene
    return scene.join(scene.add_station(parent=nodes.hub.node, code=WINDOW_CODE))[0]


async def fill_numbers(desk: NumberDesk, stations: Sequence[str]) -> None:
    """Blocks that are new, half used, nearly used up, voided and forked; and stray numbers."""
    wanted = IssueBlocks(
        nodes=[stations[at] for at in _WITH], kind=NumberKind.CASE, year=_YEAR, count=0
    )
    blocks = (await desk.issue(wanted)).issued
    for at, block in enumerate(blocks):
        used = at * 7 % 97
        if used:
            await desk.store.transact(partial(_use, desk, block, used))
    await desk.void(blocks[5].block, "打错年度")
    await desk.store.transact(partial(_fork, desk, blocks[8]))
    tickets = IssueBlocks(nodes=[stations[-1]], kind=NumberKind.TICKET, year=_YEAR, count=_TICKETS)
    (block,) = (await desk.issue(tickets)).issued
    await desk.store.transact(partial(_use, desk, block, 12))
    await desk.store.transact(partial(_stray, desk, blocks))


async def stations_of(desk: NumberDesk) -> list[str]:
    """Stations whose pages are shown: the window, one whose PC was copied, one without numbers."""
    blocks = (await desk.status()).blocks
    holders = {one.station for one in blocks}
    forked = next(one.station for one in blocks if one.closed == WHY)
    window = next(one.station for one in blocks if one.kind == NumberKind.TICKET.value)
    return [window, forked, next(o.node for o in desk.offices() if o.node not in holders)]


async def start_issuing(site: Site, desk: NumberDesk) -> list[str]:
    """An issue that is done, of which some got none; one that failed; their numbers."""
    nodes = [one.node for one in desk.offices()[:8]]

    async def done(_: Report) -> object:
        wanted = IssueBlocks(nodes=[*nodes, "ab" * 8], kind=NumberKind.CASE, year=_YEAR, count=0)
        return await desk.issue(wanted)

    async def failing(_: Report) -> object:
        wanted = IssueBlocks(nodes=nodes[:1], kind=NumberKind.TICKET, year=_YEAR, count=0)
        return await desk.issue(wanted)

    numbers = [
        site.tasks.start("李建国", "numbers", body, subject=kind.value).number
        for body, kind in ((done, NumberKind.CASE), (failing, NumberKind.TICKET))
    ]
    await site.tasks.close()
    return numbers


async def _use(desk: NumberDesk, block: BlockShown, serial: int, session: AsyncSession) -> None:
    """The number at ``serial`` of a block came, and those before it are used."""
    await desk.blocks.counting.numbered(session, [_told(block, block.station, serial)])


async def _stray(desk: NumberDesk, blocks: Sequence[BlockShown], session: AsyncSession) -> None:
    """Another station's number, and one that was mistyped."""
    foreign = _told(blocks[1], blocks[2].station, 3)
    wrong = _told(blocks[3], blocks[3].station, 5)
    mistyped = Told(
        station=wrong.station,
        envelope=EnvelopeId(b"\1" * 32),
        application=wrong.application,
        number=f"{wrong.number[:-1]}x",
    )
    await desk.blocks.counting.numbered(session, [foreign, mistyped])


async def _fork(desk: NumberDesk, block: BlockShown, session: AsyncSession) -> None:
    row = await queries.named(session, bytes.fromhex(block.block))
    assert row is not None
    await desk.blocks._close(session, [row], WHY)


def _told(block: BlockShown, station: str, at: int) -> Told:
    series = Series(issuer=block.issuer, kind=NumberKind(block.kind), year=block.year)
    serial = block.first + at - 1
    number = Number(series=series, serial=serial, start="482915").text
    name = serial.to_bytes(16, "big")
    return Told(
        station=NodeId(station),
        envelope=EnvelopeId(name * 2),
        application=name,
        number=number,
        kind=series.kind,
    )
