"""A damaged database is made anew: what was saved is there again, and nothing is made up."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from protocol.envelope.payloads import ReceiptState
from protocol.errors import DamagedError
from protocol.exchange.messages import EnvelopeItem
from protocol.ids import ApplicationId
from station_agent.opening import recover_station
from station_agent.store.desk import drafts
from station_agent.upkeep.damaged_database import DamagedDatabase, is_sound
from station_agent.upkeep.recovery import RecoveredDatabase
from tests.builders.chance import SeededRandomness
from tests.builders.clerk import status_of
from tests.station_agent.drafts.typing import FIRST, SECOND, kept, texts_of, types
from tests.station_agent.village import Village

PAGE = 4096


async def busy(village: Village, count: int = 30) -> list[ApplicationId]:
    """Applications of three days; the first is decided, and two days are at the parent."""
    saved = []
    for _ in range(3):
        async with village.open() as station:
            await village.exchange(station)
            saved += [await village.submit(station) for _ in range(count // 3 - 1)]
            saved += [await village.submit(station, ("photo", village.file(5000)))]
    async with village.open() as station:
        first = village.envelope_of(saved[0])
        receipt = village.county.receipt(first.id, ReceiptState.RECEIVED)
        decision, _ = village.county.decision(bytes.fromhex(saved[0]), note="准予参保。")
        items = [EnvelopeItem(wire=one.wire) for one in (receipt, decision)]
        await station.exchanges.stores().store(b"exchange", 2, items)
        await station.database.tidy()
    return saved


async def salvage(village: Village) -> RecoveredDatabase:
    return await recover_station(village.data, randomness=SeededRandomness(11))


async def everything_arrives_once(village: Village, saved: list[ApplicationId]) -> None:
    async with village.open() as station:
        await village.exchange(station)
        shown = (await status_of(station))["applications"]
        assert sorted(one["application"] for one in shown) == sorted(saved)
    arrived = [
        village.county.open(one).application.hex() for one in village.parent.envelopes.values()
    ]
    assert sorted(arrived) == sorted(saved)
    assert village.parent.repeats == 0, "it asked before it pushed"


def garbage(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 // PAGE * PAGE])


def after_the_schema(path: Path) -> int:
    """The first page behind those that say which tables there are, and where they start."""
    return path.read_bytes().rfind(b"CREATE ") // PAGE + 1


def flipped(path: Path, first: int = 5, step: int = 10) -> None:
    """Every tenth page is noise; the schema on the first is left."""
    rng, data = random.Random(2), bytearray(path.read_bytes())
    for at in range(PAGE * first, len(data) - PAGE, PAGE * step):
        data[at : at + PAGE] = rng.randbytes(PAGE)
    path.write_bytes(data)


def without_an_index(path: Path) -> None:
    """All tables are whole."""
    with closing(sqlite3.connect(path)) as database:
        (root,) = database.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'outbox_kept'"
        ).fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * PAGE : root * PAGE] = bytes(PAGE)
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [garbage, half, flipped])
async def test_every_saved_application_is_there_again(village: Village, damage: object) -> None:
    saved = await busy(village)
    path = village.data / "station.db"
    assert callable(damage)
    damage(path)
    damaged = path.read_bytes()
    assert not is_sound(path)
    done = await salvage(village)
    assert is_sound(path)
    assert done.kept_at is not None
    assert (done.kept_at / "station.db").read_bytes() == damaged
    assert (done.applications, done.lost_wires) == (30, 0)
    await everything_arrives_once(village, saved)


async def test_what_can_be_read_of_the_database_is_kept(village: Village) -> None:
    saved = await busy(village, 60)
    database = village.data / "station.db"
    flipped(database, first=after_the_schema(database), step=4)
    done = await salvage(village)
    assert done.gaps
    assert 0 < done.rows["outbox"] < 60
    assert done.rows["outbox"] + done.journal >= 60
    async with village.open() as station:
        states = {
            one["application"]: one["state"] for one in (await status_of(station))["applications"]
        }
        assert len(states) == len(saved)


async def test_results_and_receipts_survive_where_the_journal_is_lost(village: Village) -> None:
    """The other way round: pages of wire bytes are whole, the schema's index pages are not."""
    saved = await busy(village)
    shutil.rmtree(village.data / "journal")
    without_an_index(village.data / "station.db")
    done = await salvage(village)
    assert (done.rows["outbox"], done.journal, done.lost_wires) == (30, 0, 0)
    async with village.open() as station:
        assert await village.state(station, saved[0]) == "decided"
        assert (await village.shown(station, saved[0]))["receipt"] is not None
    await everything_arrives_once(village, saved)


async def test_the_county_is_asked_for_what_could_not_be_read(village: Village) -> None:
    await busy(village)
    without_an_index(village.data / "station.db")
    await salvage(village)
    async with village.open() as station:
        assert await station.upkeep.inquiry.ask()


async def test_a_life_of_the_county_that_is_no_more_settles_nothing(village: Village) -> None:
    """Restored from a backup, the county lacks what it once had called complete."""
    async with village.open() as station:
        saved = [await village.submit(station) for _ in range(2)]
        await village.exchange(station)
        again, lacking = [village.envelope_of(one).id for one in saved]
        for one in (again, lacking):
            village.parent.send(village.county.receipt(one, ReceiptState.COMPLETE))
        await village.exchange(station)
        village.parent.county_instance = village.county.instance = b"county-2"
        village.parent.send(village.county.receipt(again, ReceiptState.COMPLETE))
        await village.exchange(station)
        await station.database.tidy()
    without_an_index(village.data / "station.db")
    village.parent.envelopes.clear()
    assert (await salvage(village)).rows["statements"] == 3
    async with village.open() as station:
        await village.exchange(station)
    assert list(village.parent.envelopes) == [lacking]


async def test_a_changed_envelope_is_taken_from_the_journal(village: Village) -> None:
    """SQLite finds nothing wrong with a bit of content; the signature does."""
    saved = await busy(village)
    path = village.data / "station.db"
    wire = next(iter(village.parent.envelopes.values())).wire
    data = path.read_bytes()
    at = data.index(wire[-200:-100])
    broken = bytearray(data)
    broken[at] ^= 1
    broken[-PAGE:] = bytes(PAGE)
    path.write_bytes(broken)
    done = await salvage(village)
    assert done.refused >= 1
    assert done.journal >= 1
    await everything_arrives_once(village, saved)


async def test_a_sound_database_stays_as_it_is(village: Village) -> None:
    await busy(village, 6)
    before = (village.data / "station.db").read_bytes()
    done = await salvage(village)
    assert done.kept_at is None
    assert (village.data / "station.db").read_bytes() == before


async def test_a_salvage_can_be_repeated_and_keeps_every_damaged_file(village: Village) -> None:
    saved = await busy(village, 6)
    for number in (1, 2):
        garbage(village.data / "station.db")
        assert (await salvage(village)).kept_at == village.data / f"damaged-{number}"
    assert len(list(village.data.glob("damaged-*/station.db"))) == 2
    await everything_arrives_once(village, saved)


async def test_without_the_keys_nothing_is_salvaged(village: Village) -> None:
    await busy(village, 6)
    (village.data / "node" / "keys.bin").write_bytes(b"")
    garbage(village.data / "station.db")
    before = (village.data / "station.db").read_bytes()
    with pytest.raises(DamagedError):
        await salvage(village)
    assert (village.data / "station.db").read_bytes() == before


def test_a_wreck_steps_over_what_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, data BLOB)")
        database.executemany("INSERT INTO t VALUES (?, ?)", [(n, bytes(500)) for n in range(2000)])
        database.commit()
    flipped(path)
    with closing(DamagedDatabase(path)) as damaged_database:
        found = [row["n"] for row in damaged_database.rows("t")]
        assert damaged_database.gaps
    assert len(found) == len(set(found))
    assert len(found) > 1500
    assert found == sorted(found)


async def test_drafts_are_taken_over_but_those_that_were_handed_in(village: Village) -> None:
    async with village.open() as station:
        await types(station, {"name": "黄秀英"})
        await types(station, {"name": "另一位"}, SECOND)
        rows = await station.database.read(drafts.every)
        await station.intake.submit(village.submission("黄秀英", application=FIRST))
        await station.database.write(lambda tx: drafts.put(tx, rows[0]))  # as a cut may leave it
        await station.database.tidy()
    path = village.data / "station.db"
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'inbox_prefix'"
        ((page,),) = connection.execute(query).fetchall()
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xff" * PAGE)
    assert not is_sound(path)
    done = await salvage(village)
    assert done.rows["drafts"] == 2
    async with village.open() as station:
        assert await kept(station) is None
        assert await texts_of(station, SECOND) == {"name": "另一位"}
