"""Policy is data: what a file may say, and that it holds."""

from pathlib import Path

import pytest

from protocol.errors import PolicyError, UsageError
from protocol.roster import Role
from provisioning.policy import FILE, Policy
from tests.provisioning.scene import HUB_URL, Scene


def write(folder: Path, text: str) -> Path:
    file = folder / FILE
    file.write_text(text, "utf-8")
    return file


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    policy = Policy.load(tmp_path / FILE)
    assert policy == Policy()
    assert not policy.manual
    assert policy.parents[Role.STATION] == (Role.COUNTY, Role.HUB)


def test_every_key_can_be_set(tmp_path: Path) -> None:
    text = """
    [enrolment]
    approval = "manual"
    code_days = 0
    [hub]
    max_children = 2
    [station]
    parents = ["hub"]
    """
    policy = Policy.load(write(tmp_path, text))
    assert (policy.manual, policy.code_days, policy.max_children) == (True, 0, 2)
    assert policy.parents == {Role.HUB: (Role.COUNTY,), Role.STATION: (Role.HUB,)}


@pytest.mark.parametrize(
    "text",
    [
        "[enrolment]\napproval = 'perhaps'",
        "[enrolment]\ncode_days = -1",
        "[enrolment]\ncode_days = true",
        "[enrolment]\ncode_weeks = 1",
        "[station]\nparents = ['station']",
        "[hub]\nparents = ['hub']",
        "[hub]\nmax_children = 0",
        "[village]",
        "enrolment = 1",
        "[",
        "\x00",
    ],
)
def test_what_can_not_be_understood_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        Policy.load(write(tmp_path, text))


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
        role=Role.HUB, code="451423104", name="龙州镇", parent=None, url=HUB_URL
    )
    scene.add_station(other.node)
    assert len(scene.authority.roster().nodes) == 7
