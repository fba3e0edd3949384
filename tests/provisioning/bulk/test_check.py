"""Every fault of a table at once, and none for a good one."""

import pytest

from provisioning.bulk.check import faults_of
from provisioning.bulk.table import Fault, read_table
from provisioning.policy import Policy
from tests.provisioning.bulk.tables import HUB, STATION, table, villages
from tests.provisioning.scene import Scene


def faults(scene: Scene, *lines: str) -> list[Fault]:
    return faults_of(read_table(table(*lines)), scene.authority.roster(), Policy())


def test_a_station_may_stand_before_its_hub(scene: Scene) -> None:
    assert faults(scene, STATION, HUB) == []


def test_a_parent_may_be_on_the_roster(scene: Scene) -> None:
    scene.add_hub()
    assert faults(scene, STATION) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("451424103201,外县村,station,451423103,", "usage"),
        ("451423104201,独山村,station,451423104,", "enrolment.parent-unknown"),
        ("451423104,龙州镇,hub,451423103,", "enrolment.node-unknown"),
        ("451423104,龙州镇,hub,,ftp://x", None),
        ("451423104201,独山村,station,,https://a.example.cn", "usage"),
    ],
)
def test_a_line_that_fits_nowhere_is_named(scene: Scene, line: str, code: str | None) -> None:
    found = faults(scene, HUB, STATION, line)
    assert [(fault.line, fault.code) for fault in found] == ([(4, code)] if code else [])


def test_all_faults_come_in_the_order_of_lines(scene: Scene) -> None:
    scene.add_hub()
    lines = (
        HUB,
        STATION,
        "4514231,短,hub,,",
        STATION,
        *villages(2),
        "451423199201,村,station,451423199,",
    )
    found = faults(scene, *lines)
    assert [fault.line for fault in found] == [2, 3, 4, 5, 8]
    assert [fault.code for fault in found].count("roster.twice") == 3
    assert all(fault.reason for fault in found)
