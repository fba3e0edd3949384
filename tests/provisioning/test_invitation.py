"""Who may be added where, and what the kit says."""

import pytest

from protocol.errors import NodeUnknownError, UsageError, YizhanError
from protocol.limits import MAX_NAME_CHARS
from protocol.trust.kit import Contact, read_kit
from protocol.trust.roster import Role, State
from provisioning.invitation import checked_name
from tests.provisioning.scene import COUNTY_URL, HUB_URL, Scene


def test_an_added_node_stands_on_the_roster_without_keys(scene: Scene) -> None:
    hub = scene.add_hub()
    entry = scene.authority.roster().nodes[hub.node]
    assert (entry.role, entry.state, entry.keys, entry.tls) == (Role.HUB, State.INVITED, None, b"")
    assert (entry.code, entry.name, entry.parent) == ("451423103000", "水口镇", scene.county)
    assert (entry.url, scene.authority.roster().version) == (HUB_URL, 2)
    assert scene.authority.roster().active(hub.node) is None
    assert scene.authority.keys_of(hub.node) is None


def test_the_kit_of_a_station_names_its_hub_and_the_county(scene: Scene) -> None:
    hub = scene.add_hub()
    station = scene.add_station(hub.node)
    kit = read_kit(station.kit)
    assert (kit.node, kit.role, kit.code) == (station.node, Role.STATION, "451423103201")
    assert kit.parent == Contact(node=hub.node, url=HUB_URL)
    assert kit.county == Contact(node=scene.county, url=COUNTY_URL)
    assert kit.county_name == "龙州县政务服务中心"
    assert kit.county_keys == scene.keys.public()
    assert (kit.root, kit.ca) == (scene.authority.root_public, scene.authority.ca_der)


def test_a_kit_stays_small_however_many_nodes_there_are(scene: Scene) -> None:
    first = scene.add_station()
    for _ in range(30):
        scene.add_station()
    assert len(scene.add_station().kit) == len(first.kit) < 4096


def test_a_hub_may_be_named_by_its_division_code(scene: Scene) -> None:
    hub = scene.add_hub()
    for code in ("451423103", "451423103000"):
        station = scene.add_station(code)
        assert scene.authority.roster().nodes[station.node].parent == hub.node


def test_a_code_that_two_hubs_share_names_none(scene: Scene) -> None:
    scene.add_hub()
    scene.add_hub()
    with pytest.raises(NodeUnknownError, match="2 个"):
        scene.add_station("451423103000")


def test_a_station_may_stand_below_the_county_itself(scene: Scene) -> None:
    station = scene.add_station()
    assert scene.authority.roster().nodes[station.node].parent == scene.county


@pytest.mark.parametrize("parent", ["0" * 16, "451423999", "the hub", ""])
def test_a_parent_that_is_not_there_is_refused(scene: Scene, parent: str) -> None:
    with pytest.raises(NodeUnknownError):
        scene.add_station(parent)
    assert scene.authority.roster().version == 1


def test_nothing_stands_below_a_station_and_no_hub_below_a_hub(scene: Scene) -> None:
    hub, station = scene.add_hub(), scene.add_station()
    with pytest.raises(NodeUnknownError):
        scene.add_station(station.node)
    with pytest.raises(NodeUnknownError):
        scene.authority.add(
            role=Role.HUB,
            code="451423104",
            name="镇",
            parent=hub.node,
            url="https://other.example.cn:1",
        )
    assert scene.authority.roster().version == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"role": Role.COUNTY},
        {"code": "451424103"},  # the neighbouring county
        {"code": "4514231"},
        {"code": "45142310३"},  # a digit, but not an ASCII one
        {"name": ""},
        {"name": "水" * (MAX_NAME_CHARS + 1)},
        {"url": "http://hub.example.cn:8441"},
        {"role": Role.STATION},  # with the hub's URL
    ],
)
def test_a_node_that_can_not_be_is_refused_and_changes_nothing(
    scene: Scene, changes: dict[str, object]
) -> None:
    usual = {
        "role": Role.HUB,
        "code": "451423103",
        "name": "水口镇",
        "parent": None,
        "url": HUB_URL,
    }
    with pytest.raises(UsageError):
        scene.authority.add(**usual | changes)  # type: ignore[arg-type]
    assert scene.authority.roster().version == 1


@pytest.mark.parametrize("name", ["", " \t", "two\nlines", "\x07"])
def test_a_name_is_for_people_to_read(name: str) -> None:
    with pytest.raises(UsageError):
        checked_name(name)
    assert checked_name("bell\x07") == "bell"  # what nobody sees is left out
    assert checked_name(f"{'水' * MAX_NAME_CHARS} ") == "水" * MAX_NAME_CHARS


def test_an_invitation_does_not_show_its_code_when_it_is_logged(scene: Scene) -> None:
    invitation = scene.add_station()
    assert invitation.code not in repr(invitation)


def test_each_refusal_has_a_code_for_the_operator(scene: Scene) -> None:
    with pytest.raises(YizhanError) as refused:
        scene.add_station("451423999")
    assert "451423999000" in str(refused.value)
    assert str(refused.value).endswith("[enrolment.parent-unknown]")
