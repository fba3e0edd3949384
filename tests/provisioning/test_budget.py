"""The county limits a link: on the roster, signed, and lifted again."""

import io
import json
from typing import Any

import pytest

from protocol.errors import EXIT_OK, EXIT_REFUSED, EXIT_USAGE, NodeUnknownError
from protocol.ids import NodeId
from protocol.trust.budget import Budget, LaneBudget
from protocol.trust.edition import changes
from protocol.trust.roster import read_roster
from provisioning import cli
from runtime.cli.program import run_program
from tests.builders.budgets import NIGHT, NIGHTS_ONLY
from tests.provisioning.scene import Scene

Capture = pytest.CaptureFixture[str]
NIGHTS = Budget(blobs=NIGHTS_ONLY)
TEXT = f'[link]\nbytes_per_s = 4000\n[blobs]\nwindows = ["{NIGHT}"]\n'


def held(scene: Scene, node: NodeId) -> Budget | None:
    """What a node reads of a roster that came to it as changes from nothing."""
    edition, root = scene.authority.roster().edition, scene.authority.root_public
    return read_roster(root, edition.proof, changes({}, edition.entries)).nodes[node].budget


def test_a_budget_makes_one_new_version_and_the_same_one_none(scene: Scene) -> None:
    station = scene.add_station().node
    before = scene.authority.roster().version
    assert scene.authority.set_budget(station, NIGHTS).version == before + 1
    assert scene.authority.set_budget(station, NIGHTS).version == before + 1
    assert held(scene, station) == NIGHTS
    assert scene.authority.set_budget(station, None).version == before + 2
    assert held(scene, station) is None


def test_a_budget_outlives_joining_and_a_restart_and_takes_no_keys_away(scene: Scene) -> None:
    invitation = scene.add_station()
    scene.authority.set_budget(invitation.node, NIGHTS)
    machine, _ = scene.join(invitation)
    assert held(scene, machine.node) == NIGHTS
    scene.authority.set_budget(machine.node, Budget(link=LaneBudget(bytes_per_s=2000)))
    scene.reopen()
    assert held(scene, machine.node) == Budget(link=LaneBudget(bytes_per_s=2000))
    assert scene.authority.keys_of(machine.node) == machine.secrets.node_keys().public()
    assert scene.authority.roster().active(machine.node) is not None


def test_only_a_node_with_a_parent_has_a_link(scene: Scene) -> None:
    for node in (scene.county, NodeId("0" * 16)):
        with pytest.raises(NodeUnknownError):
            scene.authority.set_budget(node, NIGHTS)
    assert scene.authority.roster().version == 1


def command(scene: Scene, capsys: Capture, *arguments: str) -> tuple[int, Any]:
    code = run_program(cli.cli, ["budget", str(scene.data), *arguments, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def test_the_command_reads_toml_and_clears(
    scene: Scene, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = scene.add_station().node
    scene.authority.close()
    file = scene.data / "night.toml"
    file.write_text(TEXT, "utf-8")
    code, answer = command(scene, capsys, station, "--file", str(file))
    assert code == EXIT_OK
    wanted = {"link": {"bytes_per_s": 4000}, "blobs": {"windows": [NIGHT]}}
    assert answer == {"node": station, "roster": 3, "budget": wanted}
    assert run_program(cli.cli, ["show", str(scene.data), "--json"]) == EXIT_OK
    rows = {row["node"]: row["budget"] for row in json.loads(capsys.readouterr().out)}
    assert rows == {station: wanted, scene.county: None}
    assert run_program(cli.cli, ["show", str(scene.data)]) == EXIT_OK
    (line,) = [one for one in capsys.readouterr().out.splitlines() if station in one]
    assert line.endswith("有限额")
    assert command(scene, capsys, station, "--clear")[1]["budget"] is None
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert command(scene, capsys, station, "--file", "-")[1]["roster"] == 5
    scene.reopen()


@pytest.mark.parametrize(
    "text",
    ["[blobs", "[photos]", '[blobs]\nwindows = ["22-6"]', "[link]\nbytes_per_s = 1970-01-01"],
)
def test_a_wrong_file_changes_nothing(scene: Scene, capsys: Capture, text: str) -> None:
    station = scene.add_station().node
    scene.authority.close()
    file = scene.data / "wrong.toml"
    file.write_text(text, "utf-8")
    assert command(scene, capsys, station, "--file", str(file))[0] == EXIT_USAGE
    assert command(scene, capsys, station)[0] == EXIT_USAGE
    assert command(scene, capsys, station, "--clear", "--file", str(file))[0] == EXIT_USAGE
    assert command(scene, capsys, "0" * 16, "--clear")[0] == EXIT_REFUSED
    scene.reopen()
    assert scene.authority.roster().version == 2
