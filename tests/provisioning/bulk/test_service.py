"""An import adds all nodes with their kits and cards, or nothing."""

import errno
import io
import os
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest

from protocol.errors import DiskFullError, StoreError, UsageError
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role, State
from provisioning.bulk import folder as folders
from provisioning.bulk.bundle import KitBundle
from provisioning.bulk.folder import KitFolder
from provisioning.bulk.service import Outcome, import_table
from provisioning.store import Store
from tests.provisioning.bulk.tables import HUB, STATION, table, villages
from tests.provisioning.scene import Scene


def run(scene: Scene, kits: Path, *lines: str) -> Outcome:
    return import_table(
        scene.authority, table(*lines), KitFolder(kits), told=lambda _done, _total: None
    )


def code_on(card: Path) -> str:
    text = card.read_text("utf-8")
    return text.partition('<p class="code">')[2].partition("<")[0]


@pytest.mark.parametrize("line", ["", ",,,,", "451423,龙州县,county,,"])
def test_a_table_without_nodes_is_no_success(scene: Scene, tmp_path: Path, line: str) -> None:
    with pytest.raises(UsageError, match="没有要登记的节点"):
        run(scene, tmp_path / "kits", line)
    assert not (tmp_path / "kits").exists()


def test_each_node_gets_a_kit_and_a_card_that_fit(scene: Scene, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    data = table(STATION, HUB, *villages(3, "451423103")[1:])
    kits = tmp_path / "kits"
    outcome = import_table(
        scene.authority, data, KitFolder(kits), told=lambda *state: told.append(state)
    )
    assert told == [(at, 4) for at in range(1, 5)]
    assert scene.authority.roster().version == 2
    assert len(list(kits.glob("*.kit"))) == len(outcome.nodes) == 4
    for one in outcome.nodes:
        entry = scene.authority.roster().nodes[one.node]
        kit = read_kit(one.kit.read_bytes())
        assert (kit.node, kit.code, kit.role) == (one.node, entry.code, one.newcomer.role)
        assert entry.state is State.INVITED
        machine = scene.machine(scene.add_station())
        machine.kit = kit
        assert scene.authority.admit(machine.parcel(code_on(one.card))[0], scene.opening_key)


def test_the_kits_of_stations_name_the_hub_of_the_same_table(scene: Scene, tmp_path: Path) -> None:
    station, hub = run(scene, tmp_path / "kits", STATION, HUB).nodes
    kit = read_kit(station.kit.read_bytes())
    assert (kit.parent.node, kit.parent.url) == (hub.node, "https://hub.example.cn:8441")
    assert hub.newcomer.role is Role.HUB


def test_whom_to_call_stays_in_the_authority(scene: Scene, tmp_path: Path) -> None:
    hub, station = run(scene, tmp_path / "kits", HUB, STATION).nodes
    assert scene.authority.contact(station.node) == "0771-8812345"
    assert scene.authority.contact(hub.node) == ""
    assert scene.authority.contacts() == {station.node: "0771-8812345"}
    entries = scene.authority.roster().edition.entries.values()
    assert not any(b"8812345" in entry for entry in entries)
    assert b"8812345" not in station.kit.read_bytes()


def test_no_kit_holds_a_one_time_code(scene: Scene, tmp_path: Path) -> None:
    for one in run(scene, tmp_path / "kits", HUB, *villages(5)).nodes:
        code = code_on(one.card)
        assert len(code) == 14
        for text in (code, code.replace("-", "")):
            assert text.encode() not in one.kit.read_bytes()
            assert text.encode() not in (scene.data / "authority" / "authority.db").read_bytes()


def test_one_fault_keeps_everybody_out(scene: Scene, tmp_path: Path) -> None:
    outcome = run(scene, tmp_path / "kits", HUB, STATION, "451423103202,,station,451423103,")
    assert [fault.line for fault in outcome.faults] == [4]
    assert outcome.nodes == ()
    assert scene.authority.roster().version == 1
    assert not (tmp_path / "kits").exists()


def test_a_folder_with_something_in_it_is_left_alone(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UsageError):
        run(scene, tmp_path, HUB)
    with pytest.raises(UsageError):
        run(scene, tmp_path / "letter.txt", HUB)
    assert scene.authority.roster().version == 1


def test_without_room_for_the_kits_nobody_is_added(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError):
        run(scene, tmp_path / "kits", HUB, STATION)
    monkeypatch.undo()
    assert scene.authority.roster().version == 1
    assert len(run(scene, tmp_path / "kits", HUB, STATION).nodes) == 2


def test_a_power_cut_before_the_commit_leaves_nobody(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise StoreError("power")

    monkeypatch.setattr(Store, "put_proof", cut)
    with pytest.raises(StoreError):
        run(scene, tmp_path / "kits", HUB, STATION)
    monkeypatch.undo()
    scene.reopen()
    assert scene.authority.roster().version == 1
    assert not (tmp_path / "kits").exists()
    assert len(run(scene, tmp_path / "kits", HUB, STATION).nodes) == 2


def test_a_power_cut_after_the_commit_loses_no_code(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_: object) -> None:
        raise StoreError("power")

    monkeypatch.setattr(folders.KitFolder, "finish", cut)
    with pytest.raises(StoreError):
        run(scene, tmp_path / "kits", HUB, STATION)
    monkeypatch.undo()
    scene.reopen()
    assert scene.authority.roster().version == 2
    with pytest.raises(UsageError, match="补全"):
        run(scene, tmp_path / "kits", HUB, STATION)
    assert len(list((tmp_path / "kits").glob("*.kit"))) == 2
    assert len(list((tmp_path / "kits" / "cards").glob("*.html"))) == 3


def test_the_database_keeps_no_code_in_clear(scene: Scene, tmp_path: Path) -> None:
    run(scene, tmp_path / "kits", HUB)
    with sqlite3.connect(scene.data / "authority" / "authority.db") as connection:
        ((key,),) = connection.execute("SELECT code_key FROM codes").fetchall()
    assert len(key) == 32


def test_a_bundle_keeps_kits_and_codes_apart_and_no_code_on_disk(
    scene: Scene, tmp_path: Path
) -> None:
    bundle = KitBundle()
    data = table(HUB, STATION)
    outcome = import_table(scene.authority, data, bundle, told=lambda _done, _total: None)
    with zipfile.ZipFile(io.BytesIO(bundle.kits)) as archive:
        kits = {read_kit(archive.read(name)).node for name in archive.namelist()}
    assert kits == {one.node for one in outcome.nodes}
    codes = re.findall(r'<p class="code">([^<]+)<', bundle.cards.decode())
    assert len(codes) == 2
    for path in scene.data.rglob("*"):
        if path.is_file():
            assert not any(code.encode() in path.read_bytes() for code in codes), path


def test_a_bundle_of_a_table_with_faults_is_empty(scene: Scene) -> None:
    bundle = KitBundle()
    outcome = import_table(
        scene.authority, table(HUB, "x,y,z,,"), bundle, told=lambda _done, _total: None
    )
    assert outcome.faults
    assert bundle.kits == bundle.cards == b""


def test_a_line_for_the_county_itself_is_there_already(scene: Scene, tmp_path: Path) -> None:
    own = "451423000000,龙州县,county,,"
    assert len(run(scene, tmp_path / "kits", own, HUB, STATION).nodes) == 2


def test_a_line_for_another_county_is_a_fault(scene: Scene, tmp_path: Path) -> None:
    (fault,) = run(scene, tmp_path / "kits", "451424000000,大新县,county,,", HUB).faults
    assert (fault.line, fault.code) == (2, "usage")
    assert scene.authority.roster().version == 1
