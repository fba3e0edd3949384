"""What the policy says holds: validators refuse, a modifier fills in, enforcers always apply."""

from pathlib import Path

import pytest

from protocol.envelope.suites import SuiteNumber
from protocol.errors import AuditYoungError, PolicyError, UsageError
from protocol.limits import MIN_QUOTA_ITEMS
from protocol.trust.roster import Role
from protocol.trust.rules import NO_RULES, Rules
from provisioning.invitation import NewNode
from provisioning.policy import FILE, Policy
from tests.provisioning.scene import HUB_URL, Scene

OTHER_URL = "https://longzhou.example.cn:8441"


def write(folder: Path, text: str) -> Path:
    file = folder / FILE
    file.write_text(text, "utf-8")
    return file


def test_a_broken_file_lets_nobody_in(scene: Scene) -> None:
    station = scene.add_station()
    parcel, _ = scene.machine(station).parcel(station.code)
    write(scene.data / "authority", "[enrolment]\napproval = 'yes'")
    with pytest.raises(UsageError):
        scene.authority.admit(parcel, scene.opening_key)
    with pytest.raises(UsageError):
        scene.add_station()


def test_a_station_needs_a_hub_where_the_policy_says_so(scene: Scene) -> None:
    write(scene.data / "authority", "[station]\nparents = ['hub']")
    with pytest.raises(PolicyError, match="county"):
        scene.add_station()
    hub = scene.add_hub()
    scene.add_station(hub.node)


def test_a_hub_has_no_more_children_than_allowed(scene: Scene) -> None:
    write(scene.data / "authority", "[hub]\nmax_children = 2")
    hub = scene.add_hub()
    scene.add_station(hub.node)
    scene.add_station(hub.node)
    with pytest.raises(PolicyError):
        scene.add_station(hub.node)
    scene.add_station()
    other = scene.authority.add(
        role=Role.HUB, code="451423104", name="龙州镇", parent=None, url=OTHER_URL
    )
    scene.add_station(other.node, code="451423104201")
    assert len(scene.authority.roster().nodes) == 7


def test_a_role_that_is_not_allowed_is_not_added(scene: Scene) -> None:
    hub = scene.add_hub()
    write(scene.data / "authority", "[roles]\nallowed = ['station']")
    scene.add_station(hub.node)
    before = scene.authority.roster()
    with pytest.raises(PolicyError, match=r"\[roles\] allowed"):
        scene.add_hub()
    assert scene.authority.roster() is before


def test_a_station_without_a_parent_goes_below_the_hub_of_its_township(scene: Scene) -> None:
    write(scene.data / "authority", "[station]\nusual_parent = 'township'")
    far = scene.add_station()  # its township has no hub yet
    other = NewNode(role=Role.HUB, code="451423104", name="龙州镇", url=OTHER_URL)
    hub = NewNode(role=Role.HUB, code="451423103", name="水口镇", url=HUB_URL)
    near = NewNode(role=Role.STATION, code="451423103202", name="新村")
    added = scene.authority.invitations.add_all([near, other, hub])  # of one table, in any order
    nodes = scene.authority.roster().nodes
    assert nodes[far.node].parent == scene.county
    assert nodes[added[0].node].parent == added[2].node
    named = scene.add_station(added[1].node, code="451423104201")
    assert scene.authority.roster().nodes[named.node].parent == added[1].node


def test_two_hubs_in_one_township_are_no_answer(scene: Scene) -> None:
    write(scene.data / "authority", "[station]\nusual_parent = 'township'\nparents = ['hub']")
    scene.add_hub()
    scene.add_hub()
    with pytest.raises(PolicyError, match=r"\[station\] parents"):
        scene.add_station()


def test_the_audit_record_is_kept_as_long_as_the_policy_says(scene: Scene) -> None:
    old_ms = scene.clock.now_ms()
    scene.authority.audit.add(actor="root", action="x")
    for _ in range(30):  # a silence of 300 days would count as 31 only
        scene.clock.tick(10 * 86_400)
        scene.authority.audit.add(actor="root", action="y")
    write(scene.data / "authority", "[lifetimes]\naudit_days = 365")
    with pytest.raises(AuditYoungError, match="365"):
        scene.authority.audit.purge(before_ms=old_ms + 1, actor="root")
    write(scene.data / "authority", "[lifetimes]\naudit_days = 299")
    assert scene.authority.audit.purge(before_ms=old_ms + 1, actor="root") == 1


def test_what_nodes_obey_says_nothing_unless_the_file_does() -> None:
    assert Policy().rules() == NO_RULES
    policy = Policy(suites=(SuiteNumber.XWING,), keys_days=100, quota_items=MIN_QUOTA_ITEMS)
    assert policy.rules() == Rules(suites=(1,), keys_days=100, quota_items=MIN_QUOTA_ITEMS)
