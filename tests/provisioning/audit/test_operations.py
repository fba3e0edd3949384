"""Operations leave entries: before they begin, and with their outcome."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import (
    AuditBrokenError,
    AuditCutError,
    NodeUnknownError,
    StoreError,
    UsageError,
)
from provisioning.audit import calls
from provisioning.audit.entry import Entry
from provisioning.audit.evidence import Evidence
from provisioning.enrolment.calls import ADD as ADDING
from provisioning.operations import recorded
from provisioning.roster.calls import SHOW as SHOWING
from runtime.cli.command import silent
from runtime.control.owner import BY
from tests.provisioning.scene import HUB_URL, Scene

ADD, SHOW = ADDING.name, SHOWING.name
EXPORT, PURGE, VERIFY = calls.EXPORT.name, calls.PURGE.name, calls.VERIFY.name
HUB = {"role": "hub", "code": "451423103", "name": "水口镇", "parent": None, "url": HUB_URL}


class Office:
    """The authority's operations as an account called 张三 runs them."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    async def changed(self) -> None:
        return

    async def run(self, name: str, args: Mapping[str, Any]) -> Any:
        operations = recorded(self.scene.authority, self.changed)
        return await operations[name]({**args, BY: "张三"}, silent)

    def entries(self) -> list[tuple[str, str, str, str]]:
        read = (Entry.read(text) for text in self.scene.authority.audit.entries())
        return [(e.actor, e.action, e.subject, e.outcome) for e in read]


@pytest.fixture
def office(scene: Scene) -> Office:
    return Office(scene)


async def test_a_deed_leaves_its_beginning_and_its_end(office: Office) -> None:
    await office.run(ADD, HUB)
    assert office.entries() == [
        ("张三", ADD, "451423103", "begun"),
        ("张三", ADD, "451423103", "done"),
    ]
    (text, _) = office.scene.authority.audit.entries()
    assert Entry.read(text).detail == {
        "role": "hub",
        "name": "水口镇",
        "parent": None,
        "url": HUB_URL,
    }


async def test_a_refusal_stands_there_with_its_code(office: Office) -> None:
    with pytest.raises(NodeUnknownError) as refusal:
        await office.run(ADD, HUB | {"parent": "0" * 16})
    assert [outcome for *_, outcome in office.entries()] == ["begun", refusal.value.code]


async def test_looking_at_the_roster_leaves_nothing(office: Office) -> None:
    await office.run(SHOW, {})
    assert office.entries() == []


async def test_what_can_not_be_recorded_is_not_done(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise StoreError("full")

    monkeypatch.setattr(office.scene.authority.audit, "add", full)
    with pytest.raises(StoreError):
        await office.run(ADD, HUB)
    assert office.scene.authority.roster().version == 1


async def test_no_one_time_code_stands_in_the_record(office: Office) -> None:
    answer = await office.run(ADD, HUB)
    assert not any(answer["code"] in text for text in office.scene.authority.audit.entries())


async def test_the_record_is_verified_exported_and_compared(office: Office, tmp_path: Path) -> None:
    await office.run(ADD, HUB)
    file = tmp_path / "audit.jsonl"
    exported = await office.run(EXPORT, {"to": str(file)})
    assert exported == await office.run(VERIFY, {"export": str(file)})
    assert (exported["first"], exported["last"]) == (1, 2)
    with pytest.raises(UsageError):
        await office.run(EXPORT, {"to": str(file)})
    with pytest.raises(UsageError):
        await office.run(PURGE, {"before": "gestern"})


async def test_an_end_that_was_cut_off_shows_on_the_roster(office: Office) -> None:
    """Whoever writes the database can cut its end; the roster that nodes hold stays."""
    await office.run(ADD, HUB)
    authority = office.scene.authority
    roster = authority.note_audit()
    assert roster.audit_end == f"2:{(await office.run(VERIFY, {}))['hash']}"
    assert authority.note_audit() is roster
    cut(office.scene.data, 2)
    office.scene.reopen()
    with pytest.raises(AuditCutError):
        await office.run(VERIFY, {})


async def test_a_node_that_holds_what_was_never_signed_here_is_named(office: Office) -> None:
    await office.run(ADD, HUB)
    newest = office.scene.authority.roster().version
    held = {"甲村": newest}

    async def gather() -> Evidence:
        return Evidence(newest=newest, held=held)

    operations = recorded(office.scene.authority, office.changed, gather)
    assert (await operations[VERIFY]({}, silent))["last"] == 2  # exactly the newest is right
    held["乙村"] = newest + 1
    with pytest.raises(AuditCutError) as refusal:
        await operations[VERIFY]({}, silent)
    assert refusal.value.detail.startswith(f"乙村（第 {newest + 1} 版）持有")


async def test_each_roster_says_how_far_the_record_had_come(office: Office) -> None:
    await office.run(ADD, HUB)
    assert office.scene.authority.roster().audit_end.startswith("1:")
    await office.run(ADD, HUB | {"code": "451423104", "url": "https://127.0.0.2:8441"})
    assert office.scene.authority.roster().audit_end.startswith("3:")


async def test_an_end_that_a_hub_shows_counts_too(office: Office) -> None:
    """Somebody set the whole folder back: the hubs know more than its roster."""
    await office.run(ADD, HUB)
    shown = office.scene.authority.note_audit().audit_end
    assert (await office.run(VERIFY, {"heads": [shown]}))["last"] == 2
    later = f"3:{'0' * 64}"
    with pytest.raises(AuditBrokenError):
        await office.run(VERIFY, {"heads": [shown, later]})
    for wrong in ("", "2", "x:00", "2:00", "0:" + "0" * 64):
        with pytest.raises(UsageError):
            await office.run(VERIFY, {"heads": [wrong]})


async def test_the_roster_that_was_published_is_asked_too(office: Office) -> None:
    await office.run(ADD, HUB)
    authority = office.scene.authority
    published = authority.note_audit()
    cut(office.scene.data, 2)
    with sqlite3.connect(office.scene.data / "authority" / "authority.db") as database:
        database.execute("DELETE FROM rosters WHERE version = ?", (published.version,))
    authority.audit.verify()  # the record alone can't know
    head = published.county()[1].audit
    assert head

    async def gather() -> Evidence:
        return Evidence(heads=[head], newest=published.version)

    operations = recorded(authority, office.changed, gather)
    with pytest.raises(AuditCutError):
        await operations[VERIFY]({}, silent)


def cut(data: Path, number: int) -> None:
    """Somebody who can write the disk takes the end of the record."""
    with sqlite3.connect(data / "authority" / "authority.db") as database:
        for name in ("audit_is_never_changed", "audit_is_kept"):
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DELETE FROM audit WHERE number >= ?", (number,))
