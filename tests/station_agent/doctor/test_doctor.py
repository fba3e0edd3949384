"""``yizhan-station doctor``: each fault is made, found and told in words; nothing is changed."""

import asyncio
import json
import shutil
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from protocol.codec import altered
from protocol.errors import NeedsNewerError
from protocol.ids import NodeId
from protocol.trust.roster import RosterEntry, State
from runtime.actor import Actor
from runtime.cli.program import run_program
from runtime.control.calls import Nothing, handler
from runtime.doctor.calls import DOCTOR
from runtime.doctor.command import lines, needs_a_person, summary
from runtime.doctor.examination import examine
from runtime.doctor.finding import Found
from station_agent.cli import cli
from station_agent.doctor.examination import STATION
from station_agent.operations import operations
from station_agent.store import editions, poison, refusals, station
from station_agent.store.db import Transaction
from tests.builders.chance import SeededRandomness
from tests.builders.tree import tree
from tests.station_agent.county import STATION as NODE
from tests.station_agent.county import County
from tests.station_agent.village import Village

ALWAYS = {"sqlite.old", "memory.low", "disk.low", "disk.unsafe", "folder.open-to-others"}
"""What hangs on the computer on which this test runs, or on how its folder was made."""
WHOLE = {"clerks.none", "calendar.ends", "line.silent"}
"""What is true of a station of these tests that nothing else is wrong with."""


async def codes(village: Village) -> set[str]:
    before = tree(village.data)
    diagnosis = await examine(village.data, STATION)
    assert tree(village.data) == before
    for one in diagnosis.found:
        assert any(one.code in line for line in lines([one]))
    return {one.code for one in diagnosis.found} - ALWAYS


async def used(village: Village, work: Callable[[Transaction], None] = lambda _: None) -> Village:
    """A station that holds the catalogue, with one application, and switched off again."""
    async with village.open() as opened:
        await village.submit(opened)
        await opened.database.write(work)
    return village


async def test_of_a_sound_station_only_what_is_so_is_told(village: Village) -> None:
    assert await codes(await used(village)) == WHOLE


async def test_it_is_told_of_one_that_runs_as_of_one_that_does_not(village: Village) -> None:
    async with village.open() as opened:
        answering = handler(operations(opened), DOCTOR)
        found = await answering.method(Actor.at_command_line(""), Nothing(), lambda _: None)
    assert {one.code for one in found} == WHOLE


def stuck(tx: Transaction) -> None:
    (row,) = tx.rows("SELECT envelope FROM outbox LIMIT 1")
    for _ in range(10):
        refusals.refuse_envelope(tx, row["envelope"], "peer.digest", 1)


def failed(tx: Transaction) -> None:
    poison.keep(tx, b"what it was", ValueError("x"), 1)


def waiting(tx: Transaction) -> None:
    tx.run("PRAGMA defer_foreign_keys = ON")
    tx.run(
        "INSERT INTO quarantine (envelope, wire, code, detail) VALUES (x'01', x'02', ?, '')",
        (NeedsNewerError.code,),
    )
    tx.run("INSERT INTO inbox (envelope, kind, arrived_ms) VALUES (x'01', 'result', 0)")


def no_number(tx: Transaction) -> None:
    tx.run(
        "INSERT INTO number_blocks (block, kind, issuer, year, first, last, next, came_ms)"
        " VALUES (x'01', 'case', 'A', 2026, 1, 5, 6, 0)"
    )


def set_back(tx: Transaction) -> None:
    station.note_rollback(tx, 1_900_000_000_000)


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (stuck, "queue.stuck"),
        (failed, "queue.failed-inside"),
        (waiting, "queue.needs-newer"),
        (no_number, "numbers.none"),
    ],
)
async def test_what_its_database_says(
    village: Village, work: Callable[[Transaction], None], code: str
) -> None:
    assert code in await codes(await used(village, work))


async def test_two_copies_of_one_station(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.system.time.time_ns", lambda: 1_900_000_100_000 * 1_000_000)
    assert "node.two-copies" in await codes(await used(village, set_back))


async def test_a_clock_before_what_the_county_signed(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    await used(village)
    monkeypatch.setattr("runtime.system.time.time_ns", lambda: 1_230_000_000_000 * 1_000_000)
    assert "clock.wrong" in await codes(village)


async def test_a_new_roster_that_needs_another_program(village: Village) -> None:
    roster = village.county.make_roster(2)
    kept = await used(village, lambda tx: editions.keep_newer(tx, roster))
    assert "roster.needs-newer" in await codes(kept)


async def test_a_station_that_has_no_catalogue_yet(village: Village) -> None:
    async with village.open(catalogue=False):
        pass
    assert "catalogue.none" in await codes(village)


async def test_a_parent_that_can_not_be_reached(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        village = Village(tmp_path / "s", url=f"https://127.0.0.1:{free.getsockname()[1]}")
        assert "parent.refused" in await codes(village)


async def test_a_desk_whose_port_is_taken(village: Village) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        (village.data / "station.toml").write_text(f"desk_port = {held.getsockname()[1]}\n")
        assert "desk.port-taken" in await codes(village)


async def test_a_database_that_is_damaged_missing_or_of_a_newer_program(village: Village) -> None:
    path = (await used(village)).data / "station.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    assert "database.newer" in await codes(village)
    path.write_bytes(b"not a database" * 1000)
    assert "database.damaged" in await codes(village)
    path.write_bytes(b"")
    assert "database.missing" in await codes(village)


async def test_a_folder_whose_identity_or_settings_can_not_be_read(village: Village) -> None:
    (village.data / "station.toml").write_text("desk_prot = 1\n")
    assert "settings.unreadable" in await codes(village)
    (village.data / "station.toml").unlink()
    (village.data / "node" / "keys.bin").write_bytes(b"")
    assert "identity.damaged" in await codes(village)
    shutil.rmtree(village.data / "node")
    assert "folder.not-joined" in await codes(village)


async def test_a_vault_that_can_not_be_read(village: Village) -> None:
    await used(village)
    (village.data / "node" / "vault.bin").write_bytes(b"")
    assert "identity.damaged" in await codes(village)


class Withdrawing(County):
    def entries(self, **urls: str) -> dict[NodeId, RosterEntry]:
        found = super().entries(**urls)
        return found | {NODE: altered(found[NODE], state=State.STOPPED)}


async def test_a_station_that_the_county_has_withdrawn(tmp_path: Path) -> None:
    village = Village(tmp_path / "station", county=Withdrawing())
    async with village.open(catalogue=False):
        pass
    assert "node.closed" in await codes(village)


async def test_a_certificate_of_another_authority(village: Village) -> None:
    await used(village)
    facts = json.loads((village.data / "node" / "node.json").read_text())
    facts["ca"] = County(randomness=SeededRandomness(8)).tls.certificate.hex()
    (village.data / "node" / "node.json").write_text(json.dumps(facts))
    assert "certificate.outdated" in await codes(village)


def test_the_command_says_it_and_ends_with_3(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(used(village))
    assert run_program(cli, ["doctor", str(village.data), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["running"] is False
    (one,) = [one for one in told["findings"] if one["code"] == "clerks.none"]
    assert one["severity"] == "warning"
    assert one["lost"] is False
    assert one["step"].startswith("运行 yizhan-station desk")
    assert run_program(cli, ["doctor", str(village.data)]) == 3
    assert "还没有经办人" in capsys.readouterr().out
    assert run_program(cli, ["doctor", str(village.data / "nowhere")]) == 3
    assert "[store.not-joined]" in capsys.readouterr().err


def test_a_notice_alone_needs_nobody() -> None:
    assert not needs_a_person(Found("sqlite.old"))
    assert needs_a_person(Found("disk.low"))
    assert summary(0, running=True).endswith("没有发现要处理的问题。")
