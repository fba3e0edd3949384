"""A county that was restored from an older backup, and what its offices do then."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.offices.book import Book, Held
from central.hub.offices.models import OfficeCaseRow
from central.hub.offices.sending import Sending
from central.relay.store.models import SpoolRow
from central.store.migrate import HUB, migrate
from protocol.casework.events.log import kind_of
from protocol.casework.events.wire import read_events
from protocol.envelope.envelope import read_envelope
from protocol.envelope.office_payloads import OfficeAnswer, OfficeCase, OfficeEvents
from protocol.envelope.payloads import read_payload
from protocol.envelope.suites import SuiteNumber
from protocol.ids import Instance, NodeId
from protocol.trust.time_statement import sign_time
from tests.central.hub.giving import CASE, act, case_of, give, open_office
from tests.central.nodes import County, NodeRelay

STATION = NodeId("ab" * 8)
LATER_MS = 1_790_900_000_000
DONE = ["accepted", "passed", "office-returned"]


@pytest.fixture
def place(tmp_path: Path) -> County:
    return County(tmp_path)


@pytest.fixture
async def hub(place: County) -> AsyncIterator[NodeRelay]:
    async with place.relay(place.hub) as relay:
        await migrate(relay.store, HUB)
        await relay.publish(place.scene.authority.roster().edition)
        yield relay


async def done(hub: NodeRelay, given: OfficeCase) -> None:
    """A case was given, and the office has done its part."""
    await give(hub, hub.queue.randomness, given)
    for action in ("accept", "pass"):
        await act(hub, hub.queue.randomness, CASE, action)


async def held(hub: NodeRelay) -> Held:
    book = await open_office(hub, hub.queue.randomness)
    return await hub.store.transact(lambda session: book.of(session, CASE))


async def answer(hub: NodeRelay, given: OfficeCase, *, over: bool, code: str = "") -> None:
    book = await open_office(hub, hub.queue.randomness)
    told = OfficeAnswer(
        station=given.station,
        application=given.application,
        turn=given.turn,
        upto=given.turn,
        over=over,
        code=code,
    )
    await hub.store.transact(lambda session: book.answered(session, told, LATER_MS))


async def told(hub: NodeRelay, place: County) -> list[OfficeEvents]:
    """What the hub has sealed for the county, oldest first."""

    async def work(session: AsyncSession) -> list[bytes | None]:
        return list(await session.scalars(select(SpoolRow.wire).order_by(SpoolRow.position)))

    key = place.scene.keys.opening[SuiteNumber.XWING]
    wires = await hub.store.transact(work)
    return [
        said
        for wire in wires
        if wire and isinstance(said := read_payload(read_envelope(wire).open(key)), OfficeEvents)
    ]


async def restored(hub: NodeRelay, place: County, life: bytes) -> None:
    """The county's time comes, from this life of its database."""
    signer, n = place.scene.keys.signer, 1 + life[0]
    signed = sign_time(signer, instance=Instance(life), n=n, at_ms=LATER_MS)
    assert await hub.store.transact(lambda session: hub.times.take(session, signed, hint_ms=None))
    book: Book = await open_office(hub, hub.queue.randomness)
    await Sending.of(hub, book).look()


def kinds(found: Held) -> list[str]:
    return [kind_of(one.body) for one in found.events]


async def test_what_was_done_is_done_again_when_the_case_is_given_anew(hub: NodeRelay) -> None:
    await done(hub, case_of(hub.node, station=STATION))
    await give(hub, hub.queue.randomness, case_of(hub.node, station=STATION, at_ms=LATER_MS))
    found = await held(hub)
    assert kinds(found) == ["received", "office-given", *DONE]
    assert (found.row.turn, found.row.confirmed, found.row.owned) == (2, 2, False)


async def test_a_county_that_counts_anew_is_no_older_turn(hub: NodeRelay) -> None:
    await done(hub, case_of(hub.node, station=STATION, again=True))
    assert (await held(hub)).row.turn == 5
    await give(hub, hub.queue.randomness, case_of(hub.node, station=STATION, at_ms=LATER_MS))
    found = await held(hub)
    assert (found.row.turn, kinds(found)) == (2, ["received", "office-given", *DONE])
    assert [one.n for one in found.events] == [1, 2, 3, 4, 5]


async def test_what_comes_once_more_or_late_changes_nothing(hub: NodeRelay) -> None:
    later = case_of(hub.node, station=STATION, again=True)
    await done(hub, later)
    for one in (later, case_of(hub.node, station=STATION)):
        await give(hub, hub.queue.randomness, one)
    found = await held(hub)
    assert (found.row.turn, found.row.n) == (5, 8)


async def test_what_the_county_took_away_is_not_done_again(hub: NodeRelay) -> None:
    first = case_of(hub.node, station=STATION)
    await give(hub, hub.queue.randomness, first)
    await act(hub, hub.queue.randomness, CASE, "accept")
    await answer(hub, first, over=True, code="case.reclaimed")
    await give(hub, hub.queue.randomness, case_of(hub.node, station=STATION, again=True))
    assert (await held(hub)).row.n == 5


async def test_after_a_restore_everything_is_told_anew_and_what_was_taken_away_is_asked_of(
    hub: NodeRelay, place: County
) -> None:
    given = case_of(hub.node, station=STATION)
    await give(hub, hub.queue.randomness, given)
    await restored(hub, place, b"\0" * 8)
    assert await told(hub, place) == []
    await answer(hub, given, over=True, code="case.reclaimed")
    await restored(hub, place, b"\1" * 8)
    (asked,) = await told(hub, place)
    assert (asked.turn, asked.first, asked.events) == (2, 3, ())
    await answer(hub, given, over=True)  # it is so still
    row = (await held(hub)).row
    assert (row.owned, row.code) == (False, "case.reclaimed")
    await restored(hub, place, b"\2" * 8)
    await answer(hub, given, over=False)  # that is lost: the office has the case again
    row = (await held(hub)).row
    assert (row.owned, row.code, row.ended_ms) == (True, "", None)
    await act(hub, hub.queue.randomness, CASE, "accept")
    said = (await told(hub, place))[-1]
    assert [kind_of(one.body) for one in read_events(said.events)] == ["accepted"]


async def test_a_county_that_was_restored_before_it_was_first_looked_at_is_told_anew(
    hub: NodeRelay, place: County
) -> None:
    await done(hub, case_of(hub.node, station=STATION))
    await answer(hub, case_of(hub.node, station=STATION), over=True)
    before = len(await told(hub, place))
    await restored(hub, place, b"\1" * 8)
    said = (await told(hub, place))[before:]
    assert [[kind_of(one.body) for one in read_events(one.events)] for one in said] == [DONE]


async def test_the_key_is_lost_and_the_case_is_given_again(hub: NodeRelay) -> None:
    await done(hub, case_of(hub.node, station=STATION))
    (hub.queue.files.folder.parent / "office" / "keys.bin").unlink()
    await give(hub, hub.queue.randomness, case_of(hub.node, station=STATION, again=True))
    found = await held(hub)
    assert (found.row.turn, found.row.n) == (5, 5)

    async def work(session: AsyncSession) -> int:
        return len((await session.scalars(select(OfficeCaseRow))).all())

    assert await hub.store.transact(work) == 1
