"""Lives of the county's database: only the newest one's word counts, and SAFE."""

from protocol.envelope.payloads import ReceiptState
from protocol.ids import ApplicationId, EnvelopeId
from station_agent.app import Station
from tests.station_agent.village import Village


async def _told(village: Village, station: Station, *states: ReceiptState) -> list[EnvelopeId]:
    """Envelopes of which the present county has said so."""
    applications = [await village.submit(station) for _ in states]
    await village.exchange(station)
    envelopes = [village.envelope_of(application).id for application in applications]
    for envelope, state in zip(envelopes, states, strict=True):
        village.parent.send(village.county.receipt(envelope, state))
    await village.exchange(station)
    return envelopes


async def _meet(village: Village, station: Station, county: bytes) -> None:
    """Under this name; the hub holds nothing that the county before had taken."""
    village.parent.envelopes.clear()
    village.parent.county_instance = village.county.instance = county
    await village.exchange(station)


async def test_what_a_county_said_before_another_followed_does_not_count_when_it_is_back(
    village: Village,
) -> None:
    """It was put back from an older copy, and knows nothing of what it had said."""
    async with village.open() as station:
        safe, complete, received = await _told(village, station, *reversed(ReceiptState))
        await _meet(village, station, b"county-2")
        assert set(village.parent.envelopes) == {complete, received}
        for envelope in (complete, received):
            village.parent.send(village.county.receipt(envelope, ReceiptState.COMPLETE))
        await village.exchange(station)
        await _meet(village, station, b"county-1")
        assert set(village.parent.envelopes) == {complete, received}
        assert safe not in village.parent.envelopes


async def test_what_it_says_once_it_is_back_replaces_what_it_had_said(village: Village) -> None:
    async with village.open() as station:
        (envelope,) = await _told(village, station, ReceiptState.COMPLETE)
        opened = village.county.open(village.parent.envelopes[envelope])
        application = ApplicationId(opened.application.hex())
        await _meet(village, station, b"county-2")
        await _meet(village, station, b"county-1")
        village.county.number = 40
        village.parent.send(village.county.receipt(envelope, ReceiptState.RECEIVED, "2026-7"))
        await village.exchange(station)
        shown = await village.shown(station, application)
        await _meet(village, station, b"county-1")
        assert village.parent.envelopes == {}
    receipt = shown["receipt"]
    assert (shown["state"], receipt["state"]) == ("received", "received")
    assert (receipt["number"], receipt["case"]) == (41, "2026-7")


async def test_what_came_late_of_a_county_that_is_over_does_not_count_when_it_is_back(
    village: Village,
) -> None:
    async with village.open() as station:
        (envelope,) = await _told(village, station, ReceiptState.RECEIVED)
        late = village.county.receipt(envelope, ReceiptState.COMPLETE)
        await _meet(village, station, b"county-2")
        village.parent.send(late)
        await village.exchange(station)
        await _meet(village, station, b"county-1")
        assert set(village.parent.envelopes) == {envelope}
