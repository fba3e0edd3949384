"""What lies in the review queue is in the backup, and is SAFE only once a person accepted it."""

from pathlib import Path

import pytest

from protocol.envelope.payloads import ReceiptState
from protocol.exchange.messages import EnvelopeItem
from provisioning.lifecycle import changes
from tests.central.county.backup.place import OpenCounty, Place, envelope_id
from tests.central.county.village import Village


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(folder=tmp_path)


async def withdrawn(county: OpenCounty) -> Village:
    village = await county.village()
    node = village.node
    county.node.authority.change(node, lambda roster: changes.draining(roster, node, None))
    await county.node.publish_roster()
    return village


async def states(county: OpenCounty, village: Village, wire: bytes) -> list[ReceiptState]:
    lines = await county.receipts(village)
    return [line.state for line in lines if line.envelope == envelope_id(wire)]


async def test_a_review_queue_survives_a_restore(place: Place) -> None:
    async with place.open() as county:
        village = await withdrawn(county)
        scan = village.scan(b"card" * 100)
        wire, other = village.submit(scan), village.submit()
        await county.bring(wire, scan, other)
        await county.node.county.review.accept(envelope_id(other))
        made = await place.back_up(county)
        assert (made.blobs, made.safe) == (1, 1)
        assert await states(county, village, wire) == [ReceiptState.RECEIVED]
    await place.restore(made)

    async with place.open(place.restored) as county:
        assert await states(county, village, wire) == [ReceiptState.RECEIVED] * 2
        (waiting,) = await county.node.county.review.page(after=("", b""), limit=9)
        assert waiting.row.envelope_id == envelope_id(wire)
        await county.offer([EnvelopeItem(wire=wire)])  # the station offers it again

        await county.node.county.review.accept(envelope_id(wire))

        cases = await county.cases()
        assert cases[village.applications[0].hex()]["state"] == "complete"
        assert (await place.back_up(county)).safe == 1
        told = await states(county, village, wire)
        assert told[2:] == [ReceiptState.RECEIVED, ReceiptState.COMPLETE, ReceiptState.SAFE]
