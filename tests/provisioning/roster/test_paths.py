"""Other paths: what the administrator may name, and that the roster says it to everybody."""

import pytest

from protocol.errors import NodeUnknownError, UsageError
from protocol.ids import NodeId
from protocol.limits import MAX_OTHER_PATHS
from protocol.trust.edition import changes
from protocol.trust.roster import read_roster
from provisioning.audit.record import AuditRecord
from provisioning.roster.calls import SetPaths
from provisioning.roster.service import RosterService
from runtime.actor import Actor
from runtime.control.calls import Nothing
from tests.provisioning.scene import Scene


@pytest.fixture
def station(scene: Scene) -> NodeId:
    """A station that has joined, below a hub that has joined."""
    hub, _ = scene.join(scene.add_hub())
    machine, _ = scene.join(scene.add_station(parent=hub.node))
    return machine.node


def test_the_signed_roster_names_the_paths_and_keeps_all_else(
    scene: Scene, station: NodeId
) -> None:
    other = scene.add_hub().node
    before = scene.authority.roster()
    scene.authority.set_paths(station, [scene.county, other])
    edition = scene.authority.roster().edition
    root = scene.authority.root_public
    signed = read_roster(root, edition.proof, changes({}, edition.entries))
    assert signed.version == before.version + 1
    assert signed.nodes[station].others == (scene.county, other)
    assert signed.nodes[station].keys == before.nodes[station].keys
    assert signed.nodes[station].tls == before.nodes[station].tls


def test_paths_outlive_the_authority_and_the_joining_of_the_station(scene: Scene) -> None:
    hub, _ = scene.join(scene.add_hub())
    invitation = scene.add_station(parent=hub.node)
    scene.authority.set_paths(invitation.node, [scene.county])
    scene.join(invitation)
    scene.reopen()
    assert scene.authority.roster().nodes[invitation.node].others == (scene.county,)
    assert scene.authority.keys_of(invitation.node) is not None


def test_what_is_the_case_already_makes_no_version(scene: Scene, station: NodeId) -> None:
    first = scene.authority.set_paths(station, [scene.county])
    assert scene.authority.set_paths(station, [scene.county]) is first
    assert scene.authority.set_paths(station, []).nodes[station].others == ()


def test_what_can_be_no_path_is_refused(scene: Scene, station: NodeId) -> None:
    roster = scene.authority.roster()
    hub = NodeId(roster.nodes[station].parent)
    neighbour = scene.add_station(parent=hub).node
    for others in ([hub], [station], [neighbour], [scene.county, scene.county]):
        with pytest.raises(UsageError):
            scene.authority.set_paths(station, others)
    with pytest.raises(UsageError):
        scene.authority.set_paths(hub, [scene.county])  # only stations have other paths
    many = [scene.add_hub().node for _ in range(MAX_OTHER_PATHS + 1)]
    with pytest.raises(UsageError):
        scene.authority.set_paths(station, many)
    stranger = NodeId("ff" * 8)
    for node, others in ((station, [stranger]), (stranger, [scene.county])):
        with pytest.raises(NodeUnknownError):
            scene.authority.set_paths(node, others)
    assert scene.authority.roster().nodes[station].others == ()


async def test_the_command_line_sets_and_shows_them(scene: Scene, station: NodeId) -> None:
    heard: list[int] = []

    async def changed() -> None:
        heard.append(scene.authority.roster().version)

    service = RosterService(scene.authority, changed, AuditRecord(scene.authority.audit))
    root, wanted = Actor.at_command_line("root"), SetPaths(node=station, others=[scene.county])
    done = await service.set_paths(root, wanted)
    await service.set_paths(root, wanted)
    assert heard == [done.roster]
    shown = {line.node: line for line in await service.show(root, Nothing())}
    assert tuple(shown[station].others) == (scene.county,)
    assert tuple(shown[scene.county].others) == ()
