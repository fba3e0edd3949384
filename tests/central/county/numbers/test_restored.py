"""A county from a backup gives out no serial again, and learns what it has forgotten."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers.calls import BlockShown, IssueBlocks
from central.relay.store.models import SpoolRow
from protocol.envelope.envelope import read_envelope
from protocol.envelope.number_payloads import BlockUse, NumberBlock, NumberReport, Numbers
from protocol.numbers.number import Number, NumberKind, start_digits
from tests.central.county.backup.place import OpenCounty, Place
from tests.central.county.village import Village


async def issue(county: OpenCounty, village: Village) -> BlockShown:
    wanted = IssueBlocks(nodes=[village.node], kind=NumberKind.CASE, year=0, count=40)
    (block,) = (await county.node.county.numbers.issue(wanted)).issued
    return block


async def told(county: OpenCounty, village: Village) -> list[NumberBlock]:
    """The blocks that were sent."""

    async def work(session: AsyncSession) -> list[bytes]:
        query = select(SpoolRow.wire).where(SpoolRow.destination == village.node)
        wires = await session.scalars(query.order_by(SpoolRow.position))
        return [wire for wire in wires if wire is not None]

    wires = await county.node.relay.store.transact(work)
    payloads = [village.open(read_envelope(wire)) for wire in wires]
    return [block for one in payloads if isinstance(one, Numbers) for block in one.blocks]


async def test_no_serial_comes_again_after_a_restore(tmp_path: Path) -> None:
    place = Place(folder=tmp_path)
    async with place.open() as county:
        village, other = await county.village(), await county.village()
        kept = await issue(county, village)
        made = await place.back_up(county)
        forgotten = [await issue(county, village), await issue(county, other)]
        block = (await told(county, village))[-1]
    await place.restore(made)
    async with place.open(place.restored) as county:
        fresh = [await issue(county, village), await issue(county, other)]
        every = [kept, *forgotten, *fresh]
        serials = [n for one in every for n in range(one.first, one.last + 1)]
        assert len(set(serials)) == len(serials)

        series, start = block.plain().series, start_digits(village.incarnation)
        text = Number(series=series, serial=block.first, start=start).text
        use = BlockUse(block=block, next=block.first + 1)
        report = village.seal(NumberReport(uses=(use,)))
        await county.bring(village.submit(number=text), report)
        (case,) = [c for c in (await county.cases()).values() if c["number"]]
        assert case["number"] == text
        found = {one.first: one for one in (await county.node.county.numbers.status()).blocks}
        assert (found[block.first].used, found[block.first].remaining) == (1, 39)
        assert found[kept.first].remaining == 40
        stray = (await county.node.county.numbers.status()).strays
        assert [one.why for one in stray] == ["unknown"]  # it came before the report
