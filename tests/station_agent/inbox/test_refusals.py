"""What the parent refuses waits and is shown; what we stumble over is kept apart."""

import pytest

from protocol.envelope.envelope import Envelope
from protocol.envelope.payloads import ReceiptState
from protocol.exchange.messages import EnvelopeItem
from protocol.exchange.wire import encode
from protocol.ids import ApplicationId
from protocol.limits import AGAIN_S, BACKPRESSURE_S, MAX_REFUSALS
from station_agent.app import Station
from station_agent.inbox.delivery import DeliveryService
from station_agent.operations import operations
from station_agent.store.db import Transaction
from station_agent.store.refusals import note_program
from tests.builders.clerk import status_of
from tests.station_agent.county import COUNTY
from tests.station_agent.village import Village


async def refused(village: Village, station: Station, code: str) -> tuple[ApplicationId, bytes]:
    """An application whose envelope the parent refuses from now on."""
    application = await village.submit(station)

    def look(tx: Transaction) -> bytes:
        (row,) = tx.rows("SELECT envelope FROM applications WHERE application = ?", (application,))
        return bytes(row["envelope"])

    envelope = await station.database.read(look)
    village.parent.refuse[envelope] = code
    return application, envelope


async def deferred(village: Village, station: Station) -> tuple[ApplicationId, bytes]:
    found = await refused(village, station, "peer.not-on-roster")
    for _ in range(MAX_REFUSALS):
        await village.exchange(station)
        await station.upkeep.housekeeping.hourly()
    return found


async def test_after_three_refusals_an_envelope_is_set_aside_and_shown(village: Village) -> None:
    async with village.open() as station:
        bad, envelope = await deferred(village, station)
        other = await village.submit(station)
        await village.exchange(station)
        status = await status_of(station)
        assert status["aside"] == [
            {
                "application": bad,
                "item": envelope.hex(),
                "kind": "envelope",
                "code": "peer.not-on-roster",
                "since_ms": village.clock.now_ms(),
            }
        ]
        assert (await village.shown(station, bad))["problem"] == "peer.not-on-roster"
        assert await village.state(station, other) == "at_hub"
        village.parent.refuse.clear()
        await station.upkeep.housekeeping.hourly()
        await village.exchange(station)
        assert envelope not in village.parent.envelopes


@pytest.mark.parametrize("change", ["roster", "instance", "day", "clerk", "clock", "program"])
async def test_it_is_offered_again_when_something_changed(village: Village, change: str) -> None:
    async with village.open() as station:
        _, envelope = await deferred(village, station)
        village.parent.refuse.clear()
        match change:
            case "roster":
                village.parent.roster = 2
                await village.exchange(station)  # it hears of it
            case "program":
                await station.database.write(lambda tx: note_program(tx, "9.9"))
            case "instance":
                village.parent.instance = b"parent-2"
            case "day":
                village.clock.jump_wall(ms=AGAIN_S * 1000 + 1)
                await station.upkeep.housekeeping.daily()
            case "clock":
                village.clock.jump_wall(ms=-AGAIN_S * 10_000)
                await station.upkeep.housekeeping.daily()
            case _:
                retry = operations(station)["retry"]
                assert await retry({}, lambda _: None) == {"offered": 1}
        await village.exchange(station)
        assert envelope in village.parent.envelopes
        assert (await status_of(station))["aside"] == []


async def test_a_parent_without_room_is_left_alone_for_a_while(village: Village) -> None:
    """It is no refusal: nothing is counted, nothing is shown, and it goes when there is room."""
    async with village.open() as station:
        full, envelope = await refused(village, station, "line.quota")
        for _ in range(MAX_REFUSALS + 1):
            await village.exchange(station)
        village.parent.refuse.clear()
        other = await village.submit(station)
        await village.exchange(station)
        assert (await village.shown(station, full))["problem"] is None
        assert await village.state(station, other) == "saved"
        village.parent.send(village.county.receipt(envelope, ReceiptState.RECEIVED))
        await village.exchange(station)
        assert await village.state(station, full) == "received", "what comes down still comes"
        village.clock.tick(BACKPRESSURE_S + 1)
        await village.exchange(station)
        assert await village.state(station, other) == "at_hub"


async def test_an_item_that_we_stumble_over_holds_up_no_other(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with village.open() as station:
        first, second = await village.submit(station), await village.submit(station)
        await village.exchange(station)
        ids = [village.envelope_of(one).id for one in (first, second)]
        receipts = [village.county.receipt(one, ReceiptState.RECEIVED) for one in ids]
        deliver = DeliveryService.deliver

        def fail_inside(self: DeliveryService, tx: Transaction, envelope: Envelope) -> bool:
            if envelope.id == receipts[0].id:
                raise OverflowError("Python int too large to convert to SQLite INTEGER")
            return deliver(self, tx, envelope)

        monkeypatch.setattr(DeliveryService, "deliver", fail_inside)
        for receipt in receipts:
            village.parent.send(receipt)
        await village.exchange(station)
        states = [await village.state(station, one) for one in (first, second)]
        assert states == ["at_hub", "received"]
        assert set(village.parent.refused.values()) == {"peer.internal"}
        assert (await status_of(station))["stumbled"] == 1

        def kept(tx: Transaction) -> bytes:
            (row,) = tx.rows("SELECT item FROM poison")
            return bytes(row["item"])

        assert await station.database.read(kept) == encode(EnvelopeItem(wire=receipts[0].wire))
        monkeypatch.undo()
        await village.exchange(station)
        assert await village.state(station, first) == "received"


async def test_a_notice_informs_the_clerk_until_the_county_s_own_word(village: Village) -> None:
    """It settles nothing: what is said to be stuck is kept, and asked about as before."""
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        envelope = village.envelope_of(application)
        for code in ("peer.not-on-roster", "peer.internal"):
            village.parent.send(village.county.notice(envelope.id, code))
            await village.exchange(station)
        shown = await village.shown(station, application)
        assert shown["state"] == "at_hub"
        assert shown["notice"] == {"node": COUNTY, "code": "peer.internal", "at_ms": 9}
        village.parent.send(village.county.receipt(envelope.id, ReceiptState.RECEIVED))
        await village.exchange(station)
        shown = await village.shown(station, application)
        assert (shown["state"], shown["notice"]) == ("received", None)


async def test_a_notice_about_a_blob_shows_at_its_application(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(1000)))
        await village.exchange(station)
        envelope = village.envelope_of(application)
        ((blob, _),) = envelope.blobs
        village.parent.send(village.county.receipt(envelope.id, ReceiptState.RECEIVED))
        village.parent.send(village.county.notice(blob, "peer.blob-missing", blob=True))
        village.parent.send(village.county.notice(b"x" * 32, "peer.internal"))
        await village.exchange(station)
        shown = await village.shown(station, application)
        assert (shown["state"], shown["notice"]["code"]) == ("received", "peer.blob-missing")


async def test_a_notice_that_its_node_did_not_sign_changes_nothing(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        envelope = village.envelope_of(application)
        village.parent.send(village.county.notice(envelope.id, "peer.internal", forged=True))
        await village.exchange(station)
        assert (await village.shown(station, application))["notice"] is None


async def test_a_notice_about_another_station_s_item_is_none_of_ours(village: Village) -> None:
    """Not even under the same id: what belongs to whom is said by the origin, too."""
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        envelope = village.envelope_of(application)
        other = village.county.notice(envelope.id, "peer.internal", origin="0" * 16)
        village.parent.send(other)
        await village.exchange(station)
        assert (await village.shown(station, application))["notice"] is None
