"""A village that was issued blocks: how they come, and what the county hears of them."""

from protocol.envelope.number_payloads import NumberBlock, NumberReport, Numbers, VoidedBlock
from protocol.envelope.payloads import read_payload
from protocol.envelope.suites import SuiteNumber
from protocol.ids import ApplicationId
from protocol.numbers.number import NumberKind
from protocol.trust.time_statement import known_time
from runtime.control.calls import Nothing
from station_agent.app import Station
from station_agent.numbers.calls import NumbersShown, TakeTicket, Ticket, VoidNumbers
from station_agent.numbers.operations import NumberOperations
from station_agent.store import numbers
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.village import Village

YEAR = 2026


def block(
    first: int = 1,
    count: int = 25,
    *,
    kind: NumberKind = NumberKind.CASE,
    year: int = YEAR,
    start: bytes = b"",
) -> NumberBlock:
    """Each has an id of its own."""
    name = f"{kind.value[0]}{year % 100:02d}{first:05d}".encode()
    return NumberBlock(
        block=name,
        issuer="451423",
        kind=kind,
        year=year,
        first=first,
        last=first + count - 1,
        start=start,
    )


async def send(
    village: Village, station: Station, *blocks: NumberBlock, voided: tuple[VoidedBlock, ...] = ()
) -> None:
    """The county's answer comes over the line."""
    village.parent.send(village.county.post(Numbers(blocks=blocks, voided=voided)))
    await village.exchange(station)


async def given(station: Station, application: str) -> str | None:
    """The number of an application, as the clerk sees it."""
    (found,) = [
        one
        for one in (await status_of(station))["applications"]
        if one["application"] == application
    ]
    number: str | None = found["number"]
    return number


async def void(station: Station, kind: NumberKind, count: int | None, reason: str) -> NumbersShown:
    """The clerk voids some."""
    wanted = VoidNumbers(kind=kind.value, count=count, reason=reason)
    return await NumberOperations(station.numbers).void(CLERK, wanted)


async def ticket(station: Station, application: ApplicationId) -> Ticket:
    """The clerk takes a ticket."""
    return await NumberOperations(station.numbers).ticket(
        CLERK, TakeTicket(application=application)
    )


async def sums(station: Station) -> list[tuple[int, int, int]]:
    """Used, voided and remaining of each block; they add up."""
    found = (await NumberOperations(station.numbers).status(CLERK, Nothing())).blocks
    assert all(b.issued == b.used + b.voided + b.remaining for b in found)
    return [(b.used, b.voided, b.remaining) for b in found]


async def reports(village: Village, station: Station) -> list[NumberReport]:
    """What the county has heard of numbers, oldest first."""
    await village.exchange(station)
    opening = village.county.keys.opening
    payloads = [
        read_payload(one.open(opening[SuiteNumber(one.header.suite)]))
        for one in village.parent.envelopes.values()
    ]
    return [one for one in payloads if isinstance(one, NumberReport)]


def it_is(village: Village, station: Station, at_ms: int, n: int = 9) -> None:
    """The county's time has come."""
    signed = village.county.time(n, at_ms)
    station.numbers.trusted.hear(signed, known_time(signed), hint_ms=at_ms)


async def use_up(village: Village, station: Station, count: int) -> list[str]:
    """The numbers of so many applications, in order."""
    submissions = [village.submission() for _ in range(count)]
    assert list(await station.intake.submit_all(submissions)) == [None] * count
    own = [one.application for one in submissions]
    found = await station.database.read(lambda tx: numbers.of_applications(tx, own))
    return [found.get(one, "") for one in own]
