"""What a station sees when it looks at itself, and what that costs in its Hello."""

from functools import partial
from pathlib import Path

import pytest

from protocol.exchange.messages import Hello
from protocol.ids import ApplicationId
from protocol.limits import HEALTH_AGAIN_S, HEALTH_S
from protocol.trust.reports.health import Condition, Health, read_health
from protocol.version import PROGRAM
from station_agent.app import Station
from station_agent.store import applications, outbox, station
from station_agent.store.db import Transaction
from station_agent.store.disk import ATTACHMENT_RESERVE_BYTES
from station_agent.store.outbox import Settled
from tests.station_agent.county import HUB
from tests.station_agent.parent import converse
from tests.station_agent.village import Village


async def look(station_: Station) -> Health:
    watched = station_.exchanges.stores.health
    return await station_.database.read(lambda tx: watched.look(tx, station.read_state(tx)))


def run(statement: str, tx: Transaction) -> None:
    tx.run(statement)


def complete(tx: Transaction, application: ApplicationId) -> None:
    """The county has it all."""
    view = applications.view(tx, application)
    assert view is not None
    assert view.envelope is not None
    outbox.settle(tx, view.envelope, Settled.COMPLETE, 1)


async def exchange(village: Village, station_: Station) -> None:
    """One with its hub over a line; the others of these tests know no parent."""
    number = village.randomness.token(8)
    await converse(station_.exchanges.stores(HUB), village.parent, number, clock=village.clock)


async def hello(station_: Station) -> Hello:
    """What it would say to its hub now."""
    return (await station_.exchanges.stores(HUB).greeting()).hello(b"exchange")


def said(village: Village, hello_: Hello) -> Health:
    (heard,) = hello_.heard
    public = village.county.station_keys.signer.public_bytes()
    return read_health(heard.word, lambda _: public)


async def test_a_healthy_station_says_what_it_holds(village: Village) -> None:
    async with village.open() as opened:
        health = await look(opened)
    assert (health.program, health.release, health.waiting) == (PROGRAM, 1, 0)
    assert health.free_mib > 0
    assert health.conditions == ()


async def test_after_it_was_said_a_hello_has_the_bytes_that_it_always_had(village: Village) -> None:
    async with village.open() as opened:
        first = await hello(opened)
        assert len(first.heard) == 1
        await exchange(village, opened)
        village.clock.tick(HEALTH_S)
        assert (await hello(opened)).heard == ()
        village.clock.tick(HEALTH_AGAIN_S)
        assert len((await hello(opened)).heard) == 1


async def test_without_a_parent_nothing_is_said(village: Village) -> None:
    async with village.open() as opened:
        assert (await opened.exchanges.stores().greeting()).heard == ()


async def test_the_queue_is_what_the_county_has_not_confirmed(village: Village) -> None:
    async with village.open() as opened:
        await exchange(village, opened)
        first = await village.submit(opened, ("photo", village.file(5_000)))
        village.clock.tick(100)
        await village.submit(opened)
        village.clock.tick(50)
        health = await look(opened)
        assert (health.waiting, health.oldest_s) == (2, 150)
        assert health.waiting_bytes > 5_000
        await opened.database.write(lambda tx: complete(tx, first))
        health = await look(opened)
        assert (health.waiting, health.oldest_s) == (1, 50)
        assert health.waiting_bytes < 5_000


async def test_an_age_is_right_though_the_date_was_set_meanwhile(village: Village) -> None:
    async with village.open() as opened:
        village.clock.jump_wall(ms=-500_000_000_000)
        await exchange(village, opened)  # the parent tells the time
        await village.submit(opened)
        village.clock.tick(3600)
        village.clock.jump_wall(ms=500_000_000_000)
        assert (await look(opened)).oldest_s == 3600


async def test_what_is_wrong_is_said(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    async with village.open() as opened:
        await village.submit(opened)
        disk = opened.exchanges.stores.health.disk
        (Path(disk._folder) / "damaged-1").mkdir()
        now_ms = village.clock.now_ms()

        await opened.database.write(lambda tx: station.note_rollback(tx, now_ms))
        for statement in (
            "UPDATE outbox SET refused = 'peer.digest', refusals = 3",
            "INSERT INTO poison VALUES (x'00', x'00', 'fault', 1, 1)",
            "INSERT INTO inbox VALUES (x'00', 'quarantine', 1)",
            "INSERT INTO quarantine VALUES (1, x'00', x'00', 'peer.unopenable', '')",
            "INSERT INTO inbox VALUES (x'01', 'quarantine', 1)",
            "INSERT INTO quarantine VALUES (2, x'01', x'00', 'peer.needs-newer', '')",
        ):
            await opened.database.write(partial(run, statement))
        room = disk.room()
        monkeypatch.setattr(disk, "room", lambda: type(room)(ATTACHMENT_RESERVE_BYTES - 1, 2**40))
        health = await look(opened)
        assert set(health.conditions) == {condition.value for condition in Condition}
        village.clock.tick(8 * 86_400)
        assert Condition.ROLLED_BACK.value not in (await look(opened)).conditions


async def test_its_number_is_trusted_time_and_never_falls(village: Village) -> None:
    async with village.open() as opened:
        first = said(village, await hello(opened))
        await exchange(village, opened)
        village.clock.tick(HEALTH_AGAIN_S)
        village.clock.jump_wall(ms=-500_000_000_000)
        second = said(village, await hello(opened))
    assert second.number > first.number
