"""The exchange as the station's store sees it: custody, doubt, and what is sent when."""

import time

import pytest
from msgspec.structs import replace

from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import ReceiptState
from protocol.errors import LineError
from protocol.exchange.unacknowledged import UnacknowledgedPushes
from protocol.limits import AGAIN_S
from runtime.line.conversation import Tally
from station_agent.store.station import read_state
from tests.builders.clerk import status_of
from tests.builders.clock import FakeClock
from tests.builders.lines.links import Line
from tests.station_agent.village import Village


async def test_custody_of_envelope_and_blobs_makes_it_at_hub(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(200_000)))
        assert await village.state(station, application) == "saved"
        assert isinstance(await village.exchange(station), Tally)
        assert await village.state(station, application) == "at_hub"
    assert len(village.parent.whole()) == 1


async def test_what_the_parent_holds_is_not_sent_again(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station, ("photo", village.file(100_000)))
        await village.exchange(station)
    async with village.open() as station:
        tally = await village.exchange(station)
        assert isinstance(tally, Tally)
        assert tally.items_up == 0
        assert tally.bytes_up < 200
    assert village.parent.repeats == 0


async def test_without_a_blob_it_is_still_on_this_pc_only(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(300_000)))
        await village.exchange(station, Line(cut_up=120_000))
        assert len(village.parent.envelopes) == 1
        assert await village.state(station, application) == "saved"


async def test_a_blob_goes_on_where_the_line_was_cut(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station, ("photo", village.file(300_000)))
        for _ in range(2):
            assert isinstance(await village.exchange(station, Line(cut_up=120_000)), LineError)
        await village.exchange(station)
    assert len(village.parent.whole()) == 1
    assert village.parent.part_bytes < 300_000 + 2 * 49_152  # at most one part twice for each cut


async def test_a_restart_after_a_cut_asks_before_it_pushes(village: Village) -> None:
    async with village.open() as station:
        for _ in range(20):
            await village.submit(station)
        await village.exchange(station, Line(cut_down=124))  # the hello comes through, acks do not
    arrived = len(village.parent.envelopes)
    assert arrived > 0
    async with village.open() as station:
        await village.exchange(station)
    assert village.parent.asked == 20
    assert village.parent.repeats == 0
    assert len(village.parent.envelopes) == 20


async def test_the_same_process_need_not_even_ask(village: Village) -> None:
    async with village.open() as station:
        for _ in range(20):
            await village.submit(station)
        await village.exchange(station, Line(cut_down=124))
        await village.exchange(station)
        assert (await status_of(station))["counts"]["at_hub"] == 20
    assert village.parent.asked == 0
    assert village.parent.repeats == 0


async def test_a_blob_never_goes_before_its_envelope(village: Village) -> None:
    async with village.open() as station:
        for _ in range(150):  # 200 KB: more than the lane of applications may send at once
            await village.submit(station)
        application = await village.submit(station, ("photo", village.file(100_000)))
        await village.exchange(station, Line(cut_up=150))  # everything is in doubt
    async with village.open() as station:
        for _ in range(2):
            await village.exchange(station)
        assert await village.state(station, application) == "at_hub"
    assert village.parent.strange_parts == 0
    assert len(village.parent.whole()) == 1


async def test_a_new_parent_database_gets_what_it_lacks(
    village: Village,
) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(100_000)))
        await village.exchange(station)
        village.parent.instance = b"parent-2"  # restored from a copy that had the envelope only
        village.parent.blobs.clear()
        await village.exchange(station)
        assert await village.state(station, application) == "at_hub"
    assert village.parent.repeats <= 1  # one burst may be on its way before it says who it is
    assert len(village.parent.whole()) == 1


async def test_a_parent_that_lost_everything_gets_everything(village: Village) -> None:
    async with village.open() as station:
        for _ in range(3):
            await village.submit(station, ("photo", village.file(60_000)))
        await village.exchange(station)
        village.parent.instance = b"parent-2"
        village.parent.envelopes.clear()
        village.parent.announced.clear()
        village.parent.blobs.clear()
        await village.exchange(station)
    assert len(village.parent.envelopes) == 3
    assert len(village.parent.whole()) == 3


async def test_a_new_county_database_is_offered_all_that_is_not_safe(village: Village) -> None:
    async with village.open() as station:
        applications = [await village.submit(station) for _ in range(3)]
        await village.exchange(station)
        ids = [village.envelope_of(application).id for application in applications]
        village.parent.send(village.county.receipt(ids[0], ReceiptState.SAFE))
        village.parent.send(village.county.receipt(ids[1], ReceiptState.COMPLETE))
        village.parent.send(village.county.receipt(ids[2], ReceiptState.RECEIVED))
        await village.exchange(station)
        village.parent.envelopes.clear()  # the hub lets go of what the county acknowledged
        village.parent.county_instance = b"county-2"
        await village.exchange(station)
        states = [await village.state(station, application) for application in applications]
    assert set(village.parent.envelopes) == set(ids[1:])
    assert states == ["complete", "at_hub", "at_hub"]


async def test_received_with_a_blob_outstanding_goes_to_a_new_parent_as_a_whole(
    village: Village,
) -> None:
    """A parent takes no blob that no envelope announced."""
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(100_000)))
        await village.exchange(station, Line(cut_up=60_000))
        village.parent.send(
            village.county.receipt(village.envelope_of(application).id, ReceiptState.RECEIVED)
        )
        village.parent.instance = b"parent-2"
        village.parent.envelopes.clear()
        village.parent.announced.clear()
        village.parent.blobs.clear()
        for _ in range(2):  # the receipt comes while the envelope is on its way
            await village.exchange(station)
        assert await village.state(station, application) == "received"
    assert len(village.parent.whole()) == 1


async def test_what_the_county_has_complete_is_not_sent_any_more(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(100_000)))
        await village.exchange(station)
        envelope = village.envelope_of(application)
        village.parent.send(village.county.receipt(envelope.id, ReceiptState.COMPLETE))
        await village.exchange(station)
        village.parent.instance = b"parent-2"
        village.parent.envelopes.clear()
        village.parent.blobs.clear()
        await village.exchange(station)
    assert village.parent.envelopes == {}
    assert village.parent.blobs == {}


async def test_a_refused_envelope_waits_and_is_shown(village: Village) -> None:
    async with village.open() as station:
        good = await village.submit(station)
        await village.exchange(station)
        bad = await village.submit(station)
        await village.exchange(station, Line(cut_up=500))
        lane = village.envelope_of(good).lane
        (waiting,) = (await station.exchanges.stores().waiting({lane: 0}, 10))[lane]
        village.parent.refuse[waiting.key] = "peer.too-large"
        await village.exchange(station)
        shown = await village.shown(station, bad)
        assert (shown["state"], shown["problem"]) == ("saved", "peer.too-large")
        village.parent.refuse.clear()
        await village.exchange(station)
        assert await village.state(station, bad) == "saved"  # not tried at once
        await station.upkeep.housekeeping.hourly()
        await village.exchange(station)
        assert await village.state(station, bad) == "at_hub"


async def test_a_refused_blob_starts_over_and_is_set_aside_for_a_day(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(200_000)))
        await village.exchange(station, Line(cut_up=30_000))
        ((blob, _),) = village.envelope_of(application).blobs
        village.parent.refuse[blob] = "peer.digest"
        for _ in range(5):
            await village.exchange(station)
        assert (await village.shown(station, application))["problem"] == "peer.digest"
        before = village.parent.part_bytes
        village.parent.refuse.clear()
        await village.exchange(station)
        await station.upkeep.housekeeping.hourly()
        await station.upkeep.housekeeping.daily()
        await village.exchange(station)
        assert village.parent.part_bytes == before
        village.clock.jump_wall(ms=AGAIN_S * 1000 + 1)
        await station.upkeep.housekeeping.daily()
        await village.exchange(station)
        shown = await village.shown(station, application)
    assert (shown["state"], shown["problem"]) == ("at_hub", None)
    assert blob in village.parent.whole()


async def test_a_blob_file_that_is_gone_is_a_problem_for_its_application_alone(
    village: Village,
) -> None:
    async with village.open() as station:
        broken = await village.submit(station, ("photo", village.file(50_000)))
        (path,) = (village.data / "blobs").glob("*/??/*")
        path.unlink()
        other = await village.submit(station, ("photo", village.file(50_000)))
        await village.exchange(station)
        assert (await village.shown(station, broken))["problem"] == "store.damaged"
        assert await village.state(station, other) == "at_hub"


@pytest.mark.parametrize("cut", [0, 40, 109, 150, 700, 1500, 2500])
async def test_wherever_the_line_is_cut_the_next_exchange_makes_it_whole(
    village: Village, cut: int
) -> None:
    async with village.open() as station:
        applications = [await village.submit(station) for _ in range(3)]
        await village.exchange(station, Line(cut_up=cut))
        await village.exchange(station)
        for application in applications:
            assert await village.state(station, application) == "at_hub"
    assert village.parent.repeats == 0


class _HurriedClock(FakeClock):
    """Ticks pass ten times as fast as they do."""

    def ticks_s(self) -> float:
        return time.monotonic() * 10


@pytest.mark.slow  # the station waits five real seconds before it gives up on answers
async def test_over_a_path_that_answers_only_at_the_end_it_works_as_well(
    village: Village,
) -> None:
    village.clock = _HurriedClock()
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(100_000)))
        await village.exchange(station, Line(half_duplex=True))
        assert await village.state(station, application) == "at_hub"
    assert len(village.parent.whole()) == 1


async def test_hello_says_how_many_items_of_the_parent_are_stored(village: Village) -> None:
    async with village.open() as station:
        pass
    async with village.open() as station:
        await village.exchange(station)
    assert village.parent.greeted[0].seen is None
    seen = village.parent.greeted[1].seen
    assert seen is not None
    assert seen[1] == 1


async def test_a_day_old_custody_is_asked_about_without_looking_lost(village: Village) -> None:
    async with village.open() as station:
        kept, lost = [
            await village.submit(station, ("photo", village.file(60_000))) for _ in range(2)
        ]
        await village.exchange(station)
        envelope = village.envelope_of(lost)
        del village.parent.envelopes[envelope.id]
        for blob, _ in envelope.blobs:
            del village.parent.blobs[blob]
        await station.upkeep.housekeeping.daily()
        assert await village.state(station, kept) == "at_hub"
        await village.exchange(station)
        assert await village.state(station, lost) == "at_hub"
    assert envelope.id in village.parent.envelopes
    assert len(village.parent.whole()) == 2
    assert village.parent.repeats == 0


async def test_a_doubt_that_arises_during_an_exchange_is_asked_about_in_the_next(
    village: Village,
) -> None:
    async with village.open() as station:
        for _ in range(5):
            await village.submit(station, ("photo", village.file(1000)))
        await village.exchange(station)
        exchange_store = station.exchanges.stores()
        await exchange_store.greeting()
        parents = replace(
            village.parent.greeted[-1], instance=village.parent.instance, seen=village.parent.seen
        )
        await exchange_store.meet(parents)
        await station.upkeep.housekeeping.daily()
        found = await exchange_store.waiting(dict.fromkeys(Lane, 0), 100)
        assert not any(found.values())
        await exchange_store.parted(clean=True)
        await village.exchange(station)
    assert village.parent.asked == 10
    assert village.parent.repeats == 0


async def test_what_was_pushed_to_another_parent_is_not_held_against_this_one(
    village: Village,
) -> None:
    """A break at one, and an offer of which the next holds the same: nothing was set back."""
    async with village.open() as station:
        await village.submit(station)
        first = station.exchanges.stores()
        await first.greeting()
        await first.meet(village.parent.greeted[-1])
        (item,) = (await first.waiting(dict.fromkeys(Lane, 0), 10))[Lane.APPLICATIONS]
        await first.pushing(UnacknowledgedPushes(b"exchange"))
        await first.read([item], 1000)
        await first.parted(clean=False)
        other = replace(village.parent.greeted[-1], instance=b"another.")
        second = station.exchanges.stores()
        await second.greeting()
        await second.meet(other)
        await second.confirmed([(item, None)])
        state = await station.database.read(read_state)
        assert state.ack_history.exchange != b"exchange"


async def test_after_a_set_back_what_is_not_safe_comes_again_and_what_is_does_not(
    village: Village,
) -> None:
    """The county may be the one that was set back: it has lost what it called complete."""
    async with village.open() as station:
        safe, complete = [
            await village.submit(station, ("photo", village.file(5000))) for _ in range(2)
        ]
        await village.exchange(station)
        for application, state in ((safe, ReceiptState.SAFE), (complete, ReceiptState.COMPLETE)):
            envelope = village.envelope_of(application).id
            village.parent.send(village.county.receipt(envelope, state))
        await village.exchange(station)
        again = village.envelope_of(complete)
        village.parent.restore(0)
        village.parent.seen = None
        await village.exchange(station)
    assert list(village.parent.envelopes) == [again.id]
    assert village.parent.whole() == {blob for blob, _ in again.blobs}


async def test_a_receipt_that_comes_with_a_set_back_is_asked_about_once_more(
    village: Village,
) -> None:
    """It lay at the hub while the county was put back: the county has lost what it names."""
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(5000)))
        await village.exchange(station)
        envelope = village.envelope_of(application)
        village.parent.restore(0)
        village.parent.seen = None
        village.parent.send(village.county.receipt(envelope.id, ReceiptState.COMPLETE))
        await village.exchange(station)
        await village.exchange(station)
    assert village.parent.whole() == {blob for blob, _ in envelope.blobs}
