"""``yizhan-county doctor`` and ``yizhan-hub doctor``: each fault is made, found and told."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from central.commands import county as county_commands
from central.county.app import open_county
from central.county.departments.changing import Changed
from central.county.doctor.look import COUNTY_KIND
from central.hub.app import open_hub
from central.hub.doctor import HUB
from central.relay.store.models import DeferredRow, LinkRow, PoisonRow
from central.server.config import ServerConfig
from central.server.examination import patient
from central.store.base import Base
from central.store.migrate import ACCOUNTS, RELAY
from central.store.migrate import COUNTY as COUNTY_BRANCH
from protocol.errors import NotJoinedError, OtherNodeError
from provisioning.doctor.examination import AUTHORITY_PATIENT
from provisioning.escrow.recovery import PUBLIC
from runtime.actor import Actor
from runtime.cli.program import run_program
from runtime.control.calls import Nothing, handler
from runtime.doctor.calls import DOCTOR, PROVISION_DOCTOR
from runtime.doctor.command import lines
from runtime.doctor.examination import Patient, examine
from runtime.doctor.finding import Found
from runtime.node.office_keys import add_office_key
from runtime.system import SystemRandomness
from tests.builders.disks.postgres import PostgresServer
from tests.builders.tree import tree
from tests.central.county.departments.scene import staffing

MACHINE = {"sqlite.old", "memory.low", "disk.low", "disk.unsafe", "limit.files-low"} | {
    "folder.open-to-others"
}
"""What hangs on the computer on which this test runs."""
FOUNDED = {"backup.none", "recovery-key-here", "root-key-here"}
"""What is true of a county that has been founded, and nothing more."""
COUNTY = patient(COUNTY_KIND)


async def codes(data: Path, whose: Patient = COUNTY) -> set[str]:
    before = tree(data)
    diagnosis = await examine(data, whose)
    assert tree(data) == before
    assert not diagnosis.running
    return told(diagnosis.found)


def told(found: list[Found] | tuple[Found, ...] | object) -> set[str]:
    assert isinstance(found, list)
    for one in found:
        assert any(one.code in line for line in lines([one]))
    return {one.code for one in found} - MACHINE


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(sql)


async def test_a_founded_county_must_be_backed_up_and_its_keys_moved_away(county: Path) -> None:
    assert await codes(county) == FOUNDED | {"calendar.ends"}
    assert await codes(county, AUTHORITY_PATIENT) == FOUNDED - {"backup.none"}


async def test_one_that_is_served_says_the_same_by_its_own_connection(county: Path) -> None:
    async with open_county(county, ServerConfig()) as node:
        actor = Actor.at_command_line("")
        for call, wanted in (
            (DOCTOR, FOUNDED | {"calendar.ends"}),
            (PROVISION_DOCTOR, FOUNDED - {"backup.none"}),
        ):
            answering = handler(node.operations, call)
            assert told(await answering.method(actor, Nothing(), lambda _: None)) == wanted


async def test_an_old_backup(county: Path) -> None:
    change(county / "county.db", "INSERT INTO backup VALUES (1, 1000, x'00', 0, 'a.backup')")
    found = await codes(county)
    assert "backup.old" in found
    assert "backup.none" not in found


async def test_keys_that_were_moved_away_are_spoken_of_no_more(
    founded: Path, county: Path, tmp_path: Path
) -> None:
    named = founded / "county.recovery"  # as the note in the folder has it
    named.rename(tmp_path / "safe")
    county.with_suffix(".recovery").unlink()
    (county / "authority" / "root.key").unlink()
    assert await codes(county, AUTHORITY_PATIENT) == set()
    (county / "authority" / PUBLIC).unlink()
    assert await codes(county, AUTHORITY_PATIENT) == {"recovery-key-none"}
    (tmp_path / "safe").rename(named)


async def test_a_jump_of_the_date_that_nobody_has_confirmed(county: Path) -> None:
    path = county / "authority" / "authority.db"
    change(path, "UPDATE clock SET expected_ms = 1, found_ms = 86400001")
    assert "clock.wrong" in await codes(county)
    change(path, "UPDATE clock SET expected_ms = NULL, seen_ms = 4000000000000")
    assert "clock.wrong" in await codes(county)  # today is before what was seen last


async def test_kits_that_nobody_used_in_time(county: Path) -> None:
    path = county / "authority" / "authority.db"
    change(path, "UPDATE clock SET lived_ms = 86400000 * 400")
    change(
        path,
        "INSERT INTO codes (node, code_key, made_ms, lived_ms, invitation)"
        " SELECT node, x'00', 0, 0, x'00' FROM nodes",
    )
    assert "kits.outdated" in await codes(county, AUTHORITY_PATIENT)


async def test_a_policy_and_settings_that_can_not_be_read(county: Path) -> None:
    (county / "authority" / "policy.toml").write_text("[lifetimes]\ncode_dsys = 3\n")
    assert "settings.unreadable" in await codes(county, AUTHORITY_PATIENT)
    (county / "county.toml").write_text("listn = 'x'\n")
    assert "settings.unreadable" in await codes(county)


async def test_no_catalogue_a_damaged_and_a_newer_database(county: Path) -> None:
    change(county / "county.db", "DELETE FROM edition WHERE kind = 'release'")
    assert "catalogue.none" in await codes(county)
    change(county / "county.db", "DELETE FROM alembic_version WHERE version_num LIKE 'accounts%'")
    assert "database.older" in await codes(county)
    change(county / "county.db", "INSERT INTO alembic_version VALUES ('9999_tomorrow')")
    assert "database.newer" in await codes(county)
    (county / "county.db").write_bytes(b"no database" * 1000)
    assert "database.damaged" in await codes(county)
    (county / "county.db").unlink()
    assert "database.missing" in await codes(county)
    (county / "authority" / "authority.db").write_bytes(b"no database" * 1000)
    assert "database.damaged" in await codes(county, AUTHORITY_PATIENT)


async def test_a_port_that_another_program_has(county: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        (county / "county.toml").write_text(f"listen = '127.0.0.1:{held.getsockname()[1]}'\n")
        assert "port.taken" in await codes(county)


async def test_a_database_server_that_is_away(county: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"postgresql+asyncpg://x@127.0.0.1:{free.getsockname()[1]}/none"
        (county / "county.toml").write_text(f"database = '{url}'\n")
        assert "database.no-answer" in await codes(county)


async def test_a_county_on_postgresql(county: Path, postgres: PostgresServer) -> None:
    url = postgres.blank_database(RELAY, COUNTY_BRANCH, ACCOUNTS)
    (county / "county.toml").write_text(f"database = '{url}'\n")
    found = await codes(county)
    assert {"backup.none", "catalogue.none"} <= found
    of_database = {code for code in found if code.startswith("database.")}
    assert of_database == {"database.not-durable"}  # that of the tests waits for no disk
    url = postgres.blank_database(RELAY)
    (county / "county.toml").write_text(f"database = '{url}'\n")
    assert "database.older" in await codes(county)


async def test_a_folder_of_another_role_or_of_nobody(county: Path, tmp_path: Path) -> None:
    with pytest.raises(OtherNodeError):
        await examine(county, patient(HUB))
    for whose in (COUNTY, patient(HUB), AUTHORITY_PATIENT):
        (tmp_path / "empty").mkdir(exist_ok=True)
        assert "folder.not-joined" in await codes(tmp_path / "empty", whose)
        with pytest.raises(NotJoinedError):
            await examine(tmp_path / "nowhere", whose)


async def test_a_node_with_an_urgent_alarm(county: Path) -> None:
    async with open_county(county, ServerConfig()) as node:
        node.authority.add(role=HUB.role, code="451423103", name="x", parent=None, url="")
        await node.publish_roster()
    path = county / "authority" / "authority.db"
    change(
        path,
        "INSERT INTO suspicions (node, what, times, at_ms)"
        " SELECT node, 'wrong-codes', 10, 0 FROM codes",
    )
    async with open_county(county, ServerConfig()) as node:
        answering = handler(node.operations, DOCTOR)
        found = await answering.method(Actor.at_command_line(""), Nothing(), lambda _: None)
    assert "nodes.urgent" in told(found)


async def test_a_department_whose_people_have_no_accounts(county: Path) -> None:
    async with open_county(county, ServerConfig()) as node:
        await node.county.departments.change(lambda _: Changed(staffing=staffing()), "root")
    found = (await examine(county, COUNTY)).found
    (one,) = [one for one in found if one.code == "departments.open"]
    assert one.detail == "account.none ×1，person.no-account ×4"


ROWS: list[tuple[type[Base], dict[str, object], str]] = [
    (
        DeferredRow,
        {
            "origin": "a" * 16,
            "item": bytes(32),
            "peer": "b" * 16,
            "blob": False,
            "code": "peer.digest",
            "refusals": 9,
            "since_ms": 1,
            "last_ms": 1,
            "deferred": True,
            "reported": True,
        },
        "queue.stuck",
    ),
    (
        PoisonRow,
        {
            "digest": bytes(32),
            "peer": "",
            "kind": "item",
            "content": b"",
            "fault": "x",
            "tries": 1,
            "since_ms": 1,
            "last_ms": 1,
        },
        "queue.failed-inside",
    ),
]


async def served_once(hub: Path, *rows: tuple[type[Base], dict[str, object]]) -> Path:
    """A hub that ran, and has these rows."""
    async with open_hub(hub, ServerConfig()) as node:

        async def work(session: object) -> None:
            for model, values in rows:
                await session.execute(insert(model).values(**values))  # type: ignore[attr-defined]

        await node.relay.store.transact(work)
    return hub


@pytest.mark.parametrize(("model", "values", "code"), ROWS, ids=lambda one: str(one)[:20])
async def test_what_the_tables_of_a_relay_say(
    hub: Path, model: type[Base], values: dict[str, object], code: str
) -> None:
    found = await codes(await served_once(hub, (model, values)), patient(HUB))
    assert found == {code, "line.silent", "parent.refused"}


async def test_an_origin_whose_quota_is_full(hub: Path) -> None:
    (hub / "hub.toml").write_text("quota_items = 100\n")
    await served_once(hub)
    with closing(sqlite3.connect(hub / "hub.db")) as database, database:
        database.executemany(
            "INSERT INTO spool (origin, envelope_id, prefix, destination, next_hop, lane,"
            " position, size, wire, waiting, stored_ms)"
            " VALUES ('aa', ?, x'00', 'c', 'c', 1, ?, 10, x'00', 1, 1)",
            [(n.to_bytes(32), n) for n in range(96)],
        )
    assert "queue.quota-full" in await codes(hub, patient(HUB))


async def test_a_hub_that_is_open_says_it_itself(hub: Path) -> None:
    async with open_hub(hub, ServerConfig()) as node:
        answering = handler(node.operations, DOCTOR)
        found = await answering.method(Actor.at_command_line(""), Nothing(), lambda _: None)
        assert told(found) == {"line.silent", "parent.refused"}
        await node.relay.store.transact(
            lambda session: session.execute(
                insert(LinkRow).values(
                    peer=node.relay.parent,
                    dirty=False,
                    seen_number=0,
                    forgets=False,
                    heard_ms=node.relay.clock.now_ms(),
                )
            )
        )
        found = await answering.method(Actor.at_command_line(""), Nothing(), lambda _: None)
        assert told(found) == {"parent.refused"}


def test_the_command_ends_with_3(county: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(county_commands.cli, ["doctor", str(county)]) == 3
    assert "从来没有备份过" in capsys.readouterr().out


async def test_a_key_of_an_office_that_nobody_approved(hub: Path, county: Path) -> None:
    add_office_key(await served_once(hub), SystemRandomness())
    assert "office.key-waits" in await codes(hub, patient(HUB))
    change(
        county / "county.db",
        "INSERT INTO office_key VALUES"
        " ('ab', 'ab', x'00', x'00', x'00', '农梅', NULL, 1, 'open', NULL, NULL)",
    )
    assert "office.key-open" in await codes(county)
