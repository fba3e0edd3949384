"""What a reader asks of the list is what he gets, in the order that it has."""

from dataclasses import replace

import pytest

from central.county.console.filter import Filter, township
from central.county.nodes.view import Alarm, NodeView, Severity
from protocol.ids import NodeId
from protocol.trust.roster import Role, State

HUB = NodeView(
    node=NodeId("00000000000000aa"),
    role=Role.HUB,
    state=State.ACTIVE,
    code="451423103000",
    name="金龙镇",
    parent=NodeId("00000000000000ff"),
    url="https://hub.example.cn:8441",
    contact="",
    heard_ms=None,
    heard_age_s=None,
    heard_by=None,
    said_ms=None,
    program="",
    roster=None,
    release=None,
    releases_behind=None,
    waiting=None,
    waiting_bytes=None,
    oldest_ms=None,
    oldest_age_s=None,
    clock_error_ms=None,
    free_mib=None,
    alarms=(Alarm("silent", Severity.URGENT),),
)
STATION = replace(
    HUB,
    node=NodeId("00000000000000bb"),
    role=Role.STATION,
    state=State.INVITED,
    code="451423103204",
    name="高山村",
    parent=HUB.node,
    alarms=(Alarm("never-joined", Severity.NOTICE),),
)
OTHER = replace(
    STATION,
    node=NodeId("00000000000000cc"),
    parent=NodeId("00000000000000dd"),
    name="平村",
    alarms=(),
)
VIEWS = [OTHER, HUB, STATION]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [OTHER, HUB, STATION]),
        ({"hub": HUB.node}, [HUB, STATION]),
        ({"state": "active"}, [HUB]),
        ({"show": "silent"}, [HUB]),
        ({"show": "alarmed"}, [HUB, STATION]),
        ({"text": " 高山 "}, [STATION]),
        ({"text": "451423103204"}, [OTHER, STATION]),
        ({"hub": HUB.node, "show": "silent", "state": "invited"}, []),
        ({"nonsense": "x", "show": "nonsense"}, [OTHER, HUB, STATION]),
    ],
)
def test_each_field_asks_for_less(query: dict[str, str], found: list[NodeView]) -> None:
    assert Filter.of(query).apply(VIEWS) == found


def test_a_very_long_question_is_cut_and_finds_nothing() -> None:
    assert Filter.of({"text": "x" * 10_000}).apply(VIEWS) == []


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ("name", [OTHER, HUB, STATION]),
        ("code", [HUB, OTHER, STATION]),
        ("township", [OTHER, HUB, STATION]),  # that of OTHER is not on the list
        ("heard", [STATION, HUB, OTHER]),
        ("queue", [OTHER, HUB, STATION]),
        ("nonsense", [OTHER, HUB, STATION]),
    ],
)
def test_each_column_sorts(column: str, found: list[NodeView]) -> None:
    known = {
        OTHER.node: replace(OTHER, waiting=7),
        HUB.node: HUB,
        STATION.node: replace(STATION, heard_ms=5),
    }
    views = [known[view.node] for view in VIEWS]
    assert [view.node for view in Filter(sort=column).apply(views)] == [one.node for one in found]


def test_a_township_is_a_hub_or_the_one_above() -> None:
    names = {view.node: view.name for view in VIEWS}
    assert [township(view, names) for view in VIEWS] == ["", "金龙镇", "金龙镇"]
