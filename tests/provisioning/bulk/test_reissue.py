"""New codes, kits and cards for many that have not joined: all of them, or none."""

from pathlib import Path

import pytest

from protocol.errors import AlreadyJoinedError, CodeWrongError, NodeTwiceError
from protocol.ids import NodeId
from protocol.trust.roster import Role
from provisioning.bulk.bundle import KitBundle
from provisioning.bulk.folder import KitFolder
from provisioning.bulk.service import Outcome, import_table, reissue
from provisioning.invitation import Invitation
from provisioning.lifecycle import changes
from tests.provisioning.bulk.tables import HUB, STATION, table, villages
from tests.provisioning.bulk.test_service import code_on
from tests.provisioning.scene import Scene


def nothing(_done: int, _total: int) -> None: ...


def imported(scene: Scene, folder: Path, *lines: str) -> Outcome:
    return import_table(scene.authority, table(*lines), KitFolder(folder), told=nothing)


def test_the_old_code_is_good_no_more_and_the_new_one_is(scene: Scene, tmp_path: Path) -> None:
    first = imported(scene, tmp_path / "kits", HUB, STATION)
    told: list[tuple[int, int]] = []
    again = reissue(
        scene.authority, [], KitFolder(tmp_path / "again"), told=lambda *state: told.append(state)
    )
    assert told == [(1, 2), (2, 2)]
    assert {one.node for one in again.nodes} == {one.node for one in first.nodes}
    for one, before in zip(again.nodes, first.nodes, strict=True):
        code, old = code_on(one.card), code_on(before.card)
        invitation = Invitation(node=one.node, code=code, kit=one.kit.read_bytes())
        machine = scene.machine(invitation)
        with pytest.raises(CodeWrongError):
            scene.authority.admit(machine.parcel(old)[0], scene.opening_key)
        assert scene.authority.admit(machine.parcel(code)[0], scene.opening_key)


def test_only_those_that_are_named_get_new_codes(scene: Scene, tmp_path: Path) -> None:
    first = imported(scene, tmp_path / "kits", HUB, *villages(3, "451423103")[1:])
    chosen = first.nodes[1]
    bundle = KitBundle()
    again = reissue(scene.authority, [chosen.node], bundle, told=nothing)
    assert [one.node for one in again.nodes] == [chosen.node]
    other = first.nodes[2]
    kit = Invitation(node=other.node, code=code_on(other.card), kit=other.kit.read_bytes())
    assert scene.authority.admit(scene.machine(kit).parcel(kit.code)[0], scene.opening_key)
    assert bundle.kits
    assert bundle.cards.count(b'<p class="code">') == 1


def test_one_that_has_joined_keeps_every_old_code(scene: Scene, tmp_path: Path) -> None:
    first = imported(scene, tmp_path / "kits", HUB, STATION)
    hub = next(one for one in first.nodes if one.newcomer.role is Role.HUB)
    kit = Invitation(node=hub.node, code=code_on(hub.card), kit=hub.kit.read_bytes())
    scene.join(kit)
    nodes = [NodeId(one.node) for one in first.nodes]
    with pytest.raises(AlreadyJoinedError):
        reissue(scene.authority, nodes, KitFolder(tmp_path / "again"), told=nothing)
    station = next(one for one in first.nodes if one.newcomer.role is Role.STATION)
    old = Invitation(node=station.node, code=code_on(station.card), kit=station.kit.read_bytes())
    assert scene.join(old)


def test_cards_that_can_not_be_written_leave_every_old_code(scene: Scene, tmp_path: Path) -> None:
    first = imported(scene, tmp_path / "kits", HUB)

    class FullDisk(KitBundle):
        def write(self, *_: object) -> None:
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - our own
        reissue(scene.authority, [], FullDisk(), told=nothing)
    (hub,) = first.nodes
    assert scene.join(Invitation(node=hub.node, code=code_on(hub.card), kit=hub.kit.read_bytes()))


def test_a_second_node_of_one_division_is_asked_about_on_every_way(scene: Scene) -> None:
    hub = scene.add_hub()
    place = {"role": Role.HUB, "code": "451423103", "name": "又一个", "parent": None}
    with pytest.raises(NodeTwiceError, match="水口镇"):
        scene.authority.add(**place, unique=True)  # type: ignore[arg-type]
    second = scene.authority.add(**place)  # type: ignore[arg-type]
    other = scene.authority.add(role=Role.HUB, code="451423104", name="乙镇", parent=None)
    policy = scene.authority.policy()
    with pytest.raises(NodeTwiceError):
        scene.authority.change(
            other.node,
            lambda roster: changes.moved(
                roster, other.node, policy, parent="", code="451423103", unique=True
            ),
        )
    scene.authority.change(second.node, lambda roster: changes.retired(roster, second.node))
    scene.authority.change(hub.node, lambda roster: changes.retired(roster, hub.node))
    scene.authority.add(**place, unique=True)  # type: ignore[arg-type]


def test_whom_to_call_can_be_entered_and_changed(scene: Scene) -> None:
    hub = scene.authority.add(
        role=Role.HUB, code="451423103", name="水口镇", parent=None, contact=" 黄主任  0771-1 "
    )
    assert scene.authority.contact(hub.node) == "黄主任 0771-1"
    scene.authority.set_contact(hub.node, "农主任 0771-2")
    assert scene.authority.contacts()[hub.node] == "农主任 0771-2"
    scene.authority.set_contact(hub.node, "")
    assert hub.node not in scene.authority.contacts()
