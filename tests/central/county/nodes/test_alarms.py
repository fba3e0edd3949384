"""Each alarm is raised past its limit and not at it, and none of a node that is not to speak."""

from dataclasses import replace
from typing import Any

import pytest

from central.commands.nodes import ALARM_WORDS
from central.county.nodes.alarms import SEVERITIES, Measure, NodeSignals, Silence, alarms
from central.county.nodes.view import NodeView
from protocol.ids import NodeId
from protocol.trust.reports.health import Condition
from protocol.trust.roster import Role, State
from tests.builders.clock import START_MS
from tests.builders.envelopes import COUNTY, HUB, STATION

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
MEASURE = Measure(now_ms=START_MS, program="0.10.0", roster=5, release=3)
WELL = NodeView(
    node=STATION,
    role=Role.STATION,
    state=State.ACTIVE,
    code="451423103201",
    name="独山村",
    parent=HUB,
    url="",
    contact="",
    heard_ms=START_MS,
    heard_age_s=0,
    heard_by=HUB,
    said_ms=START_MS,
    program="0.10.0",
    roster=5,
    release=3,
    releases_behind=0,
    waiting=0,
    waiting_bytes=0,
    oldest_ms=None,
    oldest_age_s=None,
    clock_error_ms=0,
    free_mib=1000,
)
AT_THE_LIMIT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("silent", {"heard_ms": START_MS - 3 * DAY_MS}, {"heard_ms": START_MS - 3 * DAY_MS - 1}),
    ("silent", {"heard_ms": START_MS + DAY_MS}, {"heard_ms": None}),
    (
        "silent",
        {"role": Role.HUB, "heard_ms": START_MS - HOUR_MS},
        {"role": Role.HUB, "heard_ms": START_MS - HOUR_MS - 1},
    ),
    ("queue-old", {"oldest_ms": START_MS - DAY_MS}, {"oldest_ms": START_MS - DAY_MS - 1}),
    ("clock", {"clock_error_ms": 5 * MINUTE_MS}, {"clock_error_ms": -5 * MINUTE_MS - 1}),
    ("behind", {"release": 4}, {"release": 2}),
    ("behind", {"roster": None}, {"roster": 4}),
    ("program-old", {"program": "0.10.1"}, {"program": "0.9.9"}),
    ("program-old", {"program": ""}, {"program": "0.2"}),
]


def codes(
    view: NodeView, signs: NodeSignals | None = None, measure: Measure = MEASURE
) -> list[str]:
    return [alarm.code for alarm in alarms(view, signs or NodeSignals(), measure)]


@pytest.mark.parametrize(("code", "still_well", "no_more"), AT_THE_LIMIT, ids=str)
def test_an_alarm_begins_past_its_limit(
    code: str, still_well: dict[str, Any], no_more: dict[str, Any]
) -> None:
    assert codes(replace(WELL, **still_well)) == []
    assert codes(replace(WELL, **no_more)) == [code]


def test_an_administrator_sets_how_long_silence_is_borne() -> None:
    patient = replace(MEASURE, silence=Silence(station_s=30 * 86_400))
    quiet = replace(WELL, heard_ms=START_MS - 20 * DAY_MS)
    assert codes(quiet) == ["silent"]
    assert codes(quiet, measure=patient) == []


def test_forks_and_what_the_node_says_itself_count_the_most_urgent_first() -> None:
    signs = NodeSignals(conditions=("stumbled", "disk-low", "of-tomorrow"), forks=1)
    assert codes(WELL, signs) == ["forks", "disk-low", "stumbled", "of-tomorrow"]


def test_an_invitation_of_two_weeks_ago_is_asked_about() -> None:
    invited = replace(WELL, state=State.INVITED, heard_ms=None)
    assert codes(invited, NodeSignals(invited_ms=START_MS - 14 * DAY_MS)) == []
    assert codes(invited, NodeSignals(invited_ms=START_MS - 14 * DAY_MS - 1)) == ["never-joined"]
    assert codes(WELL, NodeSignals(invited_ms=0)) == []


@pytest.mark.parametrize("state", [State.SUSPENDED, State.RETIRED, State.INVITED])
def test_a_node_that_is_not_to_speak_has_no_alarm(state: State) -> None:
    worst = replace(WELL, state=state, heard_ms=None, clock_error_ms=DAY_MS, release=0)
    assert codes(worst, NodeSignals(conditions=("disk-low",), forks=3)) == []


def test_the_county_itself_is_not_silent() -> None:
    county = replace(WELL, node=NodeId(COUNTY), role=Role.COUNTY, heard_ms=None)
    assert codes(county) == []


def test_every_alarm_has_a_severity_and_chinese_words() -> None:
    assert set(ALARM_WORDS) == set(SEVERITIES)
    assert {condition.value for condition in Condition} <= set(SEVERITIES)
