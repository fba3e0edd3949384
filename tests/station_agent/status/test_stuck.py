"""What keeps an application: said by a node, by this PC, or by its line; else nothing does."""

from pathlib import Path

import pytest

from protocol.envelope.payloads import ReceiptState
from station_agent.app import Station
from station_agent.status.stuck import LONG_S, Stuck, StuckReason, StuckService
from station_agent.store import refusals
from station_agent.store.db import Transaction
from tests.builders.clerk import CLERK
from tests.station_agent.village import Village


async def looked(station: Station, application: str) -> Stuck | None:
    service = StuckService(database=station.database, situation=station.situation)
    return await service.of(CLERK, application)  # type: ignore[arg-type]


async def refused(station: Station, code: str) -> None:
    def work(tx: Transaction) -> None:
        (row,) = tx.rows("SELECT envelope FROM outbox")
        for _ in range(3):
            refusals.refuse_envelope(tx, row["envelope"], code, 1)

    await station.database.write(work)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("peer.too-large", StuckReason.TOO_LARGE),
        ("peer.needs-newer", StuckReason.NEWER),
        ("line.quota", StuckReason.FULL),
        ("node.suspended", StuckReason.STANDING),
        ("peer.internal", StuckReason.REFUSED),
    ],
)
async def test_what_a_node_said_is_told_with_its_code(
    village: Village, code: str, reason: StuckReason
) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await refused(station, code)
        found = await looked(station, own)
        assert found is not None
        assert (found.reason, found.code) == (reason, code)
        assert sum(map(str.isdecimal, found.situation)) == 10


async def test_a_file_that_is_damaged_here_has_to_be_brought_again(village: Village) -> None:
    async with village.open() as station:
        own = await village.submit(station, ("照片", village.file(50_000)))
        for path in (village.data / "blobs").glob("*/*/*"):
            path.write_bytes(b"x")
        for _ in range(4):
            await village.exchange(station)
        found = await looked(station, own)
        assert found is not None
        assert found.reason is StuckReason.DAMAGED


async def test_what_is_too_large_for_this_line_is_carried(village: Village) -> None:
    async with village.open() as station:
        own = await village.submit(station, ("照片", village.file(50_000)))
        await station.database.write(lambda tx: tx.run("UPDATE station SET bytes_per_s = 1.0"))
        found = await looked(station, own)
        assert found is not None
        assert found.reason is StuckReason.SLOW
        assert found.line_s is not None
        assert found.line_s > LONG_S


async def test_what_waits_its_turn_or_is_at_the_county_is_not_stuck(village: Village) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await village.exchange(station)
        assert await looked(station, own) is None
        await refused(station, "peer.internal")
        assert await looked(station, own) is not None
        envelope = village.envelope_of(own)
        village.parent.send(village.county.receipt(envelope.id, ReceiptState.COMPLETE))
        await village.exchange(station)
        assert await looked(station, own) is None


async def test_a_pc_that_never_reached_anybody_waits_for_its_line(tmp_path: Path) -> None:
    village = Village(tmp_path / "station")
    async with village.open() as station:
        own = await village.submit(station)
        await station.database.write(lambda tx: tx.run("UPDATE station SET left_ms = NULL"))
        found = await looked(station, own)
        assert found is not None
        assert (found.reason, found.code) == (StuckReason.LINE, "")
