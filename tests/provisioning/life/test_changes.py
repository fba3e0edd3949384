"""What may happen to a node, and what stays through all of it."""

import pytest

from protocol.errors import (
    AddressTakenError,
    NodeStateError,
    NodeTwiceError,
    NodeUnknownError,
    PolicyError,
    UsageError,
    YizhanError,
)
from protocol.ids import NodeId
from protocol.trust.roster import Role, State
from provisioning.audit.record import AuditRecord
from provisioning.lifecycle import changes
from provisioning.lifecycle.calls import Move
from provisioning.lifecycle.service import Lifecycle
from provisioning.policy import Policy
from runtime.actor import Actor
from tests.provisioning.scene import Scene

UNKNOWN = NodeId("f" * 16)


@pytest.fixture
def hub(scene: Scene) -> NodeId:
    invitation = scene.add_hub()
    scene.join(invitation)
    return invitation.node


@pytest.fixture
def other(scene: Scene) -> NodeId:
    invitation = scene.authority.add(
        role=Role.HUB,
        code="451423104",
        name="龙州镇",
        parent=None,
        url="https://longzhou.example.cn:8441",
    )
    scene.join(invitation)
    return invitation.node


@pytest.fixture
def station(scene: Scene, hub: NodeId) -> NodeId:
    invitation = scene.add_station(hub)
    scene.join(invitation)
    return invitation.node


def move(scene: Scene, node: NodeId, *, parent: str = "", code: str = "") -> None:
    scene.authority.change(
        node, lambda roster: changes.moved(roster, node, Policy(), parent=parent, code=code)
    )


def test_a_name_changes_and_nothing_else(scene: Scene, station: NodeId) -> None:
    before = scene.authority.roster()
    scene.authority.change(station, lambda r: changes.renamed(r, station, " 新独山村 "))
    after = scene.authority.roster()
    assert after.version == before.version + 1
    assert after.nodes[station].name == "新独山村"
    assert after.nodes[station].keys == before.nodes[station].keys
    assert {**after.nodes, station: None} == {**before.nodes, station: None}
    assert (
        scene.authority.change(station, lambda r: changes.renamed(r, station, "新独山村")) is after
    )


def test_a_moved_station_hears_of_it_at_its_old_hub(
    scene: Scene, station: NodeId, hub: NodeId, other: NodeId
) -> None:
    move(scene, station, parent=other, code="451423104201")
    roster = scene.authority.roster()
    entry = roster.nodes[station]
    assert (entry.parent, entry.code, entry.state) == (other, "451423104201", State.ACTIVE)
    assert roster.may_call(station, other)
    assert roster.may_call(station, hub)
    move(scene, station, parent=hub)
    assert scene.authority.roster().nodes[station].others == (other,)


def test_a_division_code_changes_in_place(scene: Scene, station: NodeId, hub: NodeId) -> None:
    move(scene, station, code="451423103299")
    entry = scene.authority.roster().nodes[station]
    assert (entry.code, entry.parent, entry.others) == ("451423103299", hub, ())


def test_a_village_that_becomes_its_own_is_no_longer_beside_it(
    scene: Scene, station: NodeId
) -> None:
    villages = (("451423103299", "共和村"), ("451423103298", "北胜村"))
    scene.authority.change(station, lambda roster: changes.serving(roster, station, villages))
    move(scene, station, code="451423103299")
    served = scene.authority.roster().nodes[station].serves
    assert [one.code for one in served] == ["451423103298"]


@pytest.mark.parametrize(
    ("parent", "code"),
    [(UNKNOWN, ""), ("451423199", ""), ("", "330784103201"), ("", "12345")],
)
def test_a_place_that_is_none_is_refused(
    scene: Scene, station: NodeId, parent: str, code: str
) -> None:
    before = scene.authority.roster()
    with pytest.raises((UsageError, NodeUnknownError)):
        move(scene, station, parent=parent, code=code)
    assert scene.authority.roster() is before


def test_nobody_moves_below_a_station_or_itself(
    scene: Scene, station: NodeId, hub: NodeId, other: NodeId
) -> None:
    for node, parent in ((station, station), (hub, other), (hub, hub), (other, station)):
        with pytest.raises(YizhanError):
            move(scene, node, parent=parent)
    with pytest.raises(UsageError):
        move(scene, scene.county, parent=hub)


def test_policy_holds_for_moves_but_not_for_a_new_code(scene: Scene, station: NodeId) -> None:
    strict = Policy(parents={Role.HUB: (Role.COUNTY,), Role.STATION: (Role.HUB,)}, max_children=1)
    with pytest.raises(PolicyError):
        scene.authority.change(
            station,
            lambda r: changes.moved(r, station, strict, parent=scene.county, code=""),
        )
    scene.authority.change(
        station, lambda r: changes.moved(r, station, strict, parent="", code="451423103299")
    )


def test_a_pause_ends_and_an_end_does_not(scene: Scene, station: NodeId, hub: NodeId) -> None:
    authority = scene.authority
    with pytest.raises(NodeStateError):
        authority.change(station, lambda r: changes.resumed(r, station))
    authority.change(station, lambda r: changes.suspended(r, station))
    assert not authority.roster().may_call(station, hub)
    assert authority.roster().signing_key(station)  # what is under way can still be checked
    with pytest.raises(NodeStateError):
        authority.change(station, lambda r: changes.suspended(r, station))
    authority.change(station, lambda r: changes.resumed(r, station))
    assert authority.roster().may_call(station, hub)
    authority.change(station, lambda r: changes.retired(r, station))
    for change in (changes.resumed, changes.suspended, changes.retired):
        with pytest.raises(NodeStateError):
            change(authority.roster(), station)
    assert authority.roster().signing_key(station)


def test_a_hub_with_children_is_not_retired(
    scene: Scene, hub: NodeId, station: NodeId, other: NodeId
) -> None:
    with pytest.raises(NodeStateError, match="1"):
        scene.authority.change(hub, lambda r: changes.retired(r, hub))
    move(scene, station, parent=other)
    scene.authority.change(hub, lambda r: changes.retired(r, hub))
    with pytest.raises(NodeUnknownError):
        scene.authority.change(UNKNOWN, lambda r: changes.retired(r, UNKNOWN))


def test_the_county_stays_what_it_is(scene: Scene) -> None:
    for change in (changes.suspended, changes.retired):
        with pytest.raises(NodeStateError):
            change(scene.authority.roster(), scene.county)


def test_hub_and_county_may_be_called_elsewhere(scene: Scene, hub: NodeId, station: NodeId) -> None:
    for node, url in ((hub, "https://new.example.cn:9443"), (scene.county, "https://c.cn:8440")):
        scene.authority.change(node, lambda r, n=node, u=url: changes.readdressed(r, n, u))  # type: ignore[misc]
        assert scene.authority.roster().nodes[node].url == url
    for node, address in ((station, "https://village.example.cn:1"), (hub, "http://x")):
        with pytest.raises(UsageError):
            changes.readdressed(scene.authority.roster(), node, address)


def test_no_two_nodes_are_called_at_one_address(scene: Scene, hub: NodeId) -> None:
    roster = scene.authority.roster()
    county, mine = roster.nodes[scene.county].url, roster.nodes[hub].url
    with pytest.raises(AddressTakenError, match=roster.nodes[scene.county].name):
        changes.readdressed(roster, hub, county)
    with pytest.raises(AddressTakenError, match=roster.nodes[hub].name):
        changes.readdressed(roster, scene.county, mine)
    assert changes.readdressed(roster, hub, f"{mine}/").url == mine, "its own again"


async def test_a_move_into_a_division_that_has_its_node_asks_first(
    scene: Scene, hub: NodeId, station: NodeId
) -> None:
    neighbour = scene.add_station(hub, code="451423103202").node
    changed: list[int] = []

    async def told() -> None:
        changed.append(scene.authority.roster().version)

    lifecycle = Lifecycle(scene.authority, told, AuditRecord(scene.authority.audit))
    root = Actor.at_command_line("root")
    with pytest.raises(NodeTwiceError):
        await lifecycle.move(root, Move(node=neighbour, code="451423103201"))
    assert changed == []
    await lifecycle.move(root, Move(node=neighbour, code="451423103201", anyway=True))
    nodes = scene.authority.roster().nodes
    assert nodes[neighbour].code == nodes[station].code
    assert changed == [scene.authority.roster().version]
