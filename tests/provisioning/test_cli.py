"""``yizhan-provision``, with and without a server that owns the data folder."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import EXIT_OK, EXIT_REFUSED, EXIT_USAGE, JoinWaitingError
from protocol.trust.fingerprint import fingerprint
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role
from provisioning import cli
from provisioning.operations import recorded
from runtime.cli.program import run_program
from runtime.control.owner import Owner
from tests.provisioning.bulk.tables import HUB, STATION, table
from tests.provisioning.scene import HUB_URL, Scene

Capture = pytest.CaptureFixture[str]


def hub_arguments(scene: Scene, kit: Path) -> list[str]:
    place = ["--role", "hub", "--code", "451423103", "--name", "水口镇", "--url", HUB_URL]
    return ["add", str(scene.data), *place, "--kit", str(kit)]


@pytest.fixture
def idle(scene: Scene) -> Scene:
    """A county whose server does not run."""
    scene.authority.close()
    return scene


@contextlib.contextmanager
def serving(scene: Scene) -> Iterator[list[int]]:
    """A server in a thread of its own, which owns the folder; the versions it heard of."""
    versions: list[int] = []
    ready, loop, end = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def heard() -> None:
        versions.append(scene.authority.roster().version)

    async def serve() -> None:
        owner = await Owner(scene.data).lock()
        await owner.serve(recorded(scene.authority, heard))
        ready.set()
        await end.wait()
        await owner.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield versions
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()


def printed(capture: Capture) -> Any:
    """The one JSON document on stdout."""
    return json.loads(capture.readouterr().out)


def test_a_hub_and_its_station_are_added(idle: Scene, tmp_path: Path, capsys: Capture) -> None:
    assert run_program(cli.cli, hub_arguments(idle, tmp_path / "hub.kit")) == EXIT_OK
    hub = printed(capsys)
    assert hub.keys() == {"node", "code"}
    place = ["--role", "station", "--code", "451423103201", "--name", "独山村"]
    arguments = ["add", str(idle.data), *place, "--parent", hub["node"], "--json"]
    assert run_program(cli.cli, [*arguments, "--kit", str(tmp_path / "s.kit")]) == EXIT_OK
    station = printed(capsys)
    kit = read_kit((tmp_path / "s.kit").read_bytes())
    assert (kit.node, kit.role, kit.parent.node) == (station["node"], Role.STATION, hub["node"])
    idle.reopen()
    assert idle.authority.roster().version == 3
    machine = idle.machine(idle.add_station())
    machine.kit = kit
    assert idle.authority.admit(machine.parcel(station["code"])[0], idle.opening_key)


def test_words_for_people_go_to_stderr_unless_json_is_asked_for(
    idle: Scene, tmp_path: Path, capsys: Capture
) -> None:
    arguments = hub_arguments(idle, tmp_path / "hub.kit")
    assert run_program(cli.cli, arguments) == EXIT_OK
    spoken = capsys.readouterr()
    assert json.loads(spoken.out)["code"] not in spoken.err
    assert str(tmp_path / "hub.kit") in spoken.err
    others = [*arguments[:-1], str(tmp_path / "other.kit"), "--url", "https://other.example.cn:1"]
    assert run_program(cli.cli, [*others, "--anyway", "--json"]) == EXIT_OK
    assert capsys.readouterr().err == ""


def test_the_same_command_works_while_the_server_runs(
    scene: Scene, tmp_path: Path, capsys: Capture
) -> None:
    with serving(scene) as versions:
        assert run_program(cli.cli, hub_arguments(scene, tmp_path / "hub.kit")) == EXIT_OK
        hub = printed(capsys)
        assert run_program(cli.cli, ["show", str(scene.data), "--json"]) == EXIT_OK
        assert {row["node"] for row in printed(capsys)} == {scene.county, hub["node"]}
    assert versions == [2]
    assert read_kit((tmp_path / "hub.kit").read_bytes()).node == hub["node"]


def test_show_is_readable_without_json(idle: Scene, tmp_path: Path, capsys: Capture) -> None:
    assert run_program(cli.cli, hub_arguments(idle, tmp_path / "hub.kit")) == EXIT_OK
    node = printed(capsys)["node"]
    assert run_program(cli.cli, ["show", str(idle.data)]) == EXIT_OK
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert f"{node}  乡镇枢纽  待开站  451423103000  水口镇  {HUB_URL}" in lines


@pytest.mark.parametrize("command", ["add", "show"])
def test_a_folder_without_an_authority_is_refused_and_left_alone(
    tmp_path: Path, capsys: Capture, command: str
) -> None:
    place = ["--role", "station", "--code", "451423", "--name", "村"]
    kit = ["--kit", str(tmp_path / "kit")]
    arguments = [command, str(tmp_path / "data"), *([*place, *kit] if command == "add" else [])]
    assert run_program(cli.cli, arguments) == EXIT_REFUSED
    assert "[store.not-joined]" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_kit_file_is_not_overwritten_by_accident(
    idle: Scene, tmp_path: Path, capsys: Capture
) -> None:
    kit = tmp_path / "hub.kit"
    kit.write_bytes(b"the kit of another hub")
    assert run_program(cli.cli, hub_arguments(idle, kit)) == EXIT_USAGE
    assert kit.read_bytes() == b"the kit of another hub"
    assert run_program(cli.cli, [*hub_arguments(idle, kit), "--force"]) == EXIT_OK
    assert read_kit(kit.read_bytes()).name == "水口镇"
    idle.reopen()
    assert idle.authority.roster().version == 2  # the refused command added nobody
    assert capsys.readouterr().err.count("--force") == 1


def test_a_kit_that_can_not_be_written_adds_nobody(
    idle: Scene, tmp_path: Path, capsys: Capture
) -> None:
    arguments = hub_arguments(idle, tmp_path / "no folder" / "hub.kit")
    assert run_program(cli.cli, arguments) == EXIT_USAGE
    assert "[usage]" in capsys.readouterr().err
    idle.reopen()
    assert idle.authority.roster().version == 1


def test_a_refused_node_leaves_no_file(idle: Scene, tmp_path: Path, capsys: Capture) -> None:
    arguments = [*hub_arguments(idle, tmp_path / "hub.kit"), "--parent", "0" * 16]
    assert run_program(cli.cli, arguments) == EXIT_REFUSED
    assert "[enrolment.parent-unknown]" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize(
    "wrong",
    [["--role", "county"], ["--code", "45"], ["--url", "http://x"], ["--what"]],
)
def test_a_wrong_command_line_is_usage(
    idle: Scene, tmp_path: Path, capsys: Capture, wrong: list[str]
) -> None:
    assert run_program(cli.cli, [*hub_arguments(idle, tmp_path / "hub.kit"), *wrong]) == EXIT_USAGE
    assert not (tmp_path / "hub.kit").exists()
    assert capsys.readouterr().out == ""


@pytest.mark.system
def test_the_installed_program_works(idle: Scene, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("yizhan-provision")
    done = subprocess.run(
        [program, *hub_arguments(idle, tmp_path / "hub.kit")],
        capture_output=True,
        check=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        timeout=60,
    )
    assert read_kit((tmp_path / "hub.kit").read_bytes()).node == json.loads(done.stdout)["node"]
    missing = subprocess.run(
        [program, "show", tmp_path / "nothing"], capture_output=True, check=False, timeout=60
    )
    assert missing.returncode == EXIT_REFUSED
    assert b"[store.not-joined]" in missing.stderr


def test_a_table_of_nodes_is_imported_while_the_server_runs(
    scene: Scene, tmp_path: Path, capsys: Capture
) -> None:
    file, kits = tmp_path / "nodes.csv", tmp_path / "kits"
    file.write_bytes(table(HUB, STATION))
    arguments = ["import", str(scene.data), str(file), "--kits", str(kits), "--json"]
    with serving(scene) as versions:
        assert run_program(cli.cli, arguments) == EXIT_OK
        assert versions == [2]
    nodes = printed(capsys)["nodes"]
    assert [node["role"] for node in nodes] == ["hub", "station"]
    assert all(Path(node["kit"]).is_file() and Path(node["card"]).is_file() for node in nodes)


def test_each_fault_of_a_table_is_printed_with_its_line(
    idle: Scene, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "nodes.csv"
    file.write_bytes(table(HUB, "45142310320,短村,station,451423103,", STATION, STATION))
    arguments = ["import", str(idle.data), str(file), "--kits", str(tmp_path / "kits")]
    assert run_program(cli.cli, arguments) == EXIT_REFUSED
    said = capsys.readouterr().err
    assert "第 3 行" in said
    assert "第 4、5 行" in said
    assert "[roster.file]" in said
    assert run_program(cli.cli, [*arguments, "--json"]) == EXIT_REFUSED
    assert [fault["line"] for fault in printed(capsys)["faults"]] == [3, 4, 5]


def test_the_county_is_recognised_by_its_words(idle: Scene, capsys: Capture) -> None:
    assert run_program(cli.cli, ["fingerprint", str(idle.data)]) == EXIT_OK
    assert capsys.readouterr().out.strip() == fingerprint(idle.authority.root_public)


def test_a_node_waits_is_approved_and_comes_in(
    scene: Scene, tmp_path: Path, capsys: Capture
) -> None:
    (scene.data / "authority" / "policy.toml").write_text("[enrolment]\napproval = 'manual'")
    station = scene.add_station()
    machine = scene.machine(station)
    with pytest.raises(JoinWaitingError):
        scene.authority.admit(machine.parcel(station.code)[0], scene.opening_key)
    with serving(scene):
        assert run_program(cli.cli, ["waiting", str(scene.data), "--json"]) == EXIT_OK
        (who,) = printed(capsys)
        words = fingerprint(machine.secrets.node_keys().public().signing)
        assert (who["node"], who["fingerprint"]) == (station.node, words)
        assert run_program(cli.cli, ["approve", str(scene.data), station.node]) == EXIT_OK
        assert run_program(cli.cli, ["reject", str(scene.data), station.node]) == EXIT_REFUSED
    assert scene.authority.admit(machine.parcel(station.code)[0], scene.opening_key)


def test_a_kit_is_written_again_for_who_has_not_joined(
    idle: Scene, tmp_path: Path, capsys: Capture
) -> None:
    kit = tmp_path / "hub.kit"
    assert run_program(cli.cli, hub_arguments(idle, kit)) == EXIT_OK
    first = printed(capsys)
    again = ["invite-again", str(idle.data), first["node"], "--kit", str(kit)]
    assert run_program(cli.cli, again) == EXIT_USAGE  # the file exists
    assert run_program(cli.cli, [*again, "--force"]) == EXIT_OK
    second = printed(capsys)
    assert second["node"] == first["node"]
    assert second["code"] != first["code"]
    assert read_kit(kit.read_bytes()).node == first["node"]


def test_root_leaves_and_names_a_new_registrar(
    idle: Scene, tmp_path: Path, capsys: Capture
) -> None:
    safe = tmp_path / "safe"
    terms = ["--to", str(safe), "--threshold", "2", "--shares", "3"]
    assert run_program(cli.cli, ["root", "export", str(idle.data), *terms]) == EXIT_OK
    assert not (idle.data / "authority" / "root.key").exists()
    shares = [f"--share={safe}/shares/root-{number}.txt" for number in (1, 3)]
    replace = ["root", "replace-registrar", str(idle.data), f"--sealed={safe}/root.sealed"]
    capsys.readouterr()
    assert run_program(cli.cli, [*replace, shares[0], "--json"]) == EXIT_REFUSED
    assert printed(capsys)["code"] == "shares.wrong"
    assert run_program(cli.cli, [*replace, *shares, "--above", "40", "--json"]) == EXIT_OK
    assert printed(capsys) == {"roster": 41, "registrar": 2}
    report = [f"--report={tmp_path}/report", f"--root={safe}/root.sealed"]
    words = [share.replace("--share", "--root-share") for share in shares]
    assert run_program(cli.cli, ["drill", str(idle.data), *report, *words, "--json"]) == EXIT_OK
    assert printed(capsys)["steps"]["root"] == "passed"


def test_a_node_is_changed_from_the_command_line(scene: Scene, capsys: Capture) -> None:
    hub = scene.add_hub()
    scene.join(hub)
    data = str(scene.data)
    with serving(scene) as versions:
        for arguments in (
            ["rename", data, hub.node, "--name", "新水口镇"],
            ["address", data, hub.node, "--url", "https://b.example.cn:1"],
            ["move", data, hub.node, "--code", "451423105"],
            ["suspend", data, hub.node, "--reason", "搬迁"],
            ["resume", data, hub.node],
            ["retire", data, hub.node],
        ):
            assert run_program(cli.cli, arguments) == EXIT_OK
            assert "水口镇" in capsys.readouterr().out
        assert len(versions) == 6
        assert run_program(cli.cli, ["resume", data, hub.node]) == EXIT_REFUSED
        assert run_program(cli.cli, ["move", data, hub.node]) == EXIT_USAGE
        assert "[node.state]" in capsys.readouterr().err
