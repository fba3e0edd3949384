"""A village has a village's code, and stands below its own hub unless somebody was asked."""

import pytest

from protocol.errors import DivisionError
from protocol.trust.roster import Role
from tests.provisioning.scene import Scene


def add(scene: Scene, code: str, parent: str | None, *, anyway: bool = False) -> str:
    return scene.authority.add(
        role=Role.STATION, code=code, name="甲村", parent=parent, anyway=anyway
    ).node


@pytest.mark.parametrize("code", ["451423", "451423000", "451423000000"])
def test_the_countys_own_code_is_no_villages(scene: Scene, code: str) -> None:
    for anyway in (False, True):
        with pytest.raises(DivisionError, match="县代码"):
            add(scene, code, None, anyway=anyway)


def test_a_village_below_another_townships_hub_is_asked_about(scene: Scene) -> None:
    hub = scene.authority.add(role=Role.HUB, code="451423118", name="巳镇", parent=None).node
    with pytest.raises(DivisionError, match="--anyway"):
        add(scene, "451423119201", hub)
    assert add(scene, "451423119201", hub, anyway=True) in scene.authority.roster().nodes
    assert add(scene, "451423118201", hub) in scene.authority.roster().nodes
    assert add(scene, "451423120201", None) in scene.authority.roster().nodes
