"""``yizhan-provision drain|stop|replace|serves``, while the server runs."""

from pathlib import Path

import pytest

from protocol.errors import EXIT_OK, EXIT_REFUSED, EXIT_USAGE, JoinWaitingError
from protocol.limits import MAX_SERVED
from protocol.trust.kit import read_kit
from protocol.trust.roster import Village
from provisioning import cli
from provisioning.invitation import Invitation
from runtime.cli.program import run_program
from tests.provisioning.scene import Scene
from tests.provisioning.test_cli import Capture, printed, serving


def run(*arguments: object) -> int:
    return run_program(cli.cli, [str(argument) for argument in arguments])


def test_a_station_is_withdrawn_and_its_pc_replaced(
    scene: Scene, tmp_path: Path, capsys: Capture
) -> None:
    hub = scene.add_hub()
    scene.join(hub)
    station, data, kit = scene.join(scene.add_station(hub.node))[0].node, scene.data, tmp_path / "k"
    with serving(scene) as versions:
        assert run("drain", data, station, "--upto", 12, "--reason", "撤站") == EXIT_OK
        assert "独山村" in (said := capsys.readouterr().out)
        assert "收回中" in said
        assert run("show", data) == EXIT_OK
        assert "收回中  451423103201  独山村  收至第 12 件" in capsys.readouterr().out
        assert run("resume", data, station) == EXIT_OK
        assert run("stop", data, station) == EXIT_OK
        assert "已停止" in capsys.readouterr().out
        assert run("resume", data, station) == EXIT_REFUSED
        assert run("stop", data, hub.node) == EXIT_REFUSED
        assert capsys.readouterr().err.count("[node.state]") == 2
        assert run("drain", data, station, "--upto", -1) == EXIT_USAGE
        capsys.readouterr()

        assert run("replace", data, station, "--kit", kit, "--upto", 12) == EXIT_OK
        answer = printed(capsys)
        assert run("replace", data, station, "--kit", kit) == EXIT_USAGE  # the file exists
        assert run("replace", data, station, "--kit", kit, "--force") == EXIT_REFUSED
        assert read_kit(kit.read_bytes()).node == answer["node"] == station
        capsys.readouterr()
        assert run("show", data, "--json") == EXIT_OK
        (shown,) = [one for one in printed(capsys) if one["node"] == station]
        assert (shown["state"], shown["upto"], shown["replaced"]) == ("invited", None, 1)
        assert run("show", data) == EXIT_OK
        assert "已换机 1 次" in capsys.readouterr().out
        assert len(versions) == 4
    scene.join(Invitation(node=station, code=answer["code"], kit=kit.read_bytes()))


def test_who_waits_for_approval_on_a_new_pc_is_marked(
    scene: Scene, tmp_path: Path, capsys: Capture
) -> None:
    station, kit = scene.join(scene.add_station())[0].node, tmp_path / "new.kit"
    (scene.data / "authority" / "policy.toml").write_text("[enrolment]\napproval = 'manual'")
    with serving(scene):
        assert run("replace", scene.data, station, "--kit", kit) == EXIT_OK
    answer = printed(capsys)
    again = Invitation(node=station, code=answer["code"], kit=kit.read_bytes())
    with pytest.raises(JoinWaitingError):
        scene.join(again)
    with serving(scene):
        assert run("waiting", scene.data) == EXIT_OK
        assert "独山村（换机）" in capsys.readouterr().out
        assert run("waiting", scene.data, "--json") == EXIT_OK
        assert [one["replaces"] for one in printed(capsys)] == [True]


def test_a_station_serves_villages_beside_its_own(scene: Scene, capsys: Capture) -> None:
    hub = scene.add_hub()
    station = scene.join(scene.add_station(hub.node))[0].node
    served = (
        Village(code="451423103202", name="共和村"),
        Village(code="451423103203", name="北胜村"),
    )

    def now() -> tuple[Village, ...]:
        return scene.authority.roster().nodes[station].serves

    with serving(scene) as versions:
        told = [f"{one.code}={one.name}" for one in served]
        assert run("serves", scene.data, station, *told) == EXIT_OK
        assert now() == served
        wrong = (
            [told[0], told[0]],  # twice
            ["451423103201=独山村"],  # its own
            ["330784103202=别县的村"],
            ["451423103202"],  # no name
            ["451423103202= "],
            ["12345=短码"],
            [f"4514231040{n:02d}=村" for n in range(MAX_SERVED + 1)],
        )
        for villages in wrong:
            assert run("serves", scene.data, station, *villages) == EXIT_USAGE, villages
        assert run("serves", scene.data, hub.node, *told) == EXIT_USAGE
        assert now() == served
        assert run("rename", scene.data, station, "--name", "新独山村") == EXIT_OK
        assert now() == served
        capsys.readouterr()
        assert run("serves", scene.data, station) == EXIT_OK
        assert now() == ()
        assert len(versions) == 3
