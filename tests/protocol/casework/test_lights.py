"""The light of a case: by its limits, at each threshold, and never red by a guess."""

import pytest

from protocol.casework.clocks import NEWEST, What
from protocol.casework.events import handling, opening
from protocol.casework.lights import LIGHT_WORDS, ORDER, OVER, Light, Lit, Thresholds, light_of
from protocol.catalogue.calendars.due import read_limit
from protocol.catalogue.items.kinds import NodeKind, Starts
from protocol.catalogue.items.parts import FlowNode, Limits
from tests.protocol.casework.lives import ACCEPTED, DATA, RECEIVED, VILLAGE, at, life, rules
from tests.protocol.catalogue.calendars.year_2026 import CALENDAR

FREE_NODE = (FlowNode(id="look", kind=NodeKind.DECISION, name="决定"),)
WHOLE = rules(nodes=FREE_NODE)  # promised until 18 May, by law until 1 June
CASE = life(RECEIVED, ACCEPTED)


@pytest.mark.parametrize(
    ("now", "light", "what"),
    [
        ("2026-05-13T09:00", Light.GREEN, None),  # three left
        ("2026-05-14T09:00", Light.YELLOW, What.PROMISED),  # two: a fifth of ten
        ("2026-05-18T23:59", Light.YELLOW, What.PROMISED),  # the last minute
        ("2026-05-19T00:00", Light.RED, What.PROMISED),
        ("2026-06-01T23:59", Light.RED, What.PROMISED),
        ("2026-06-02T00:00", Light.DEEP_RED, What.LEGAL),
    ],
)
def test_the_light_follows_the_days_that_are_left(
    now: str, light: Light, what: What | None
) -> None:
    assert light_of(CASE, WHOLE, DATA, at(now)) == Lit(light=light, what=what)


def test_a_node_that_is_late_is_blue_while_the_whole_is_not() -> None:
    late = light_of(CASE, rules(), DATA, at("2026-05-09T09:00"))
    assert (late.light, late.what, late.name) == (Light.BLUE, What.NODE, "审核")
    assert late.why == "环节时限（审核）"
    both = light_of(CASE, rules(), DATA, at("2026-05-19T09:00"))
    assert both.light is Light.RED


def test_a_short_limit_is_never_yellow() -> None:
    short = rules(nodes=FREE_NODE, limits=Limits(promised=read_limit("2wd")))
    assert light_of(CASE, short, DATA, at("2026-05-07T09:00")).light is Light.GREEN  # its last day
    assert light_of(CASE, short, DATA, at("2026-05-08T00:00")).light is Light.RED


def test_thresholds_can_be_others() -> None:
    none = Thresholds(percent=0, least=0)
    assert light_of(CASE, WHOLE, DATA, at("2026-05-15T09:00"), none).light is Light.GREEN
    half = Thresholds(percent=50)
    assert light_of(CASE, WHOLE, DATA, at("2026-05-11T09:00"), half).light is Light.YELLOW
    with pytest.raises(ValueError, match="thresholds"):
        Thresholds(percent=101)


def test_hours_are_counted_by_the_hour() -> None:
    fast = rules(nodes=FREE_NODE, limits=Limits(promised=read_limit("48h")))
    case = life(RECEIVED, ACCEPTED)  # until 2 May, 09:00
    assert light_of(case, fast, DATA, at("2026-05-01T21:59")).light is Light.GREEN
    assert light_of(case, fast, DATA, at("2026-05-01T22:01")).light is Light.YELLOW  # ten
    assert light_of(case, fast, DATA, at("2026-05-02T09:01")).light is Light.RED


def test_a_guess_is_yellow_until_the_later_day_has_passed() -> None:
    case = life(
        ("2026-12-25T08:00", opening.Received()), ("2026-12-28T09:00", opening.Accepted(node="x"))
    )
    five = rules(nodes=FREE_NODE, limits=Limits(promised=read_limit("5wd")))
    lights = {
        day: light_of(case, five, {NEWEST: CALENDAR}, at(f"2027-01-0{day}T09:00")).light
        for day in (4, 5, 6)
    }
    assert lights == {4: Light.YELLOW, 5: Light.YELLOW, 6: Light.RED}


def test_while_it_is_stopped_the_whole_is_not_late() -> None:
    stopped = life(RECEIVED, ACCEPTED, ("2026-05-06T09:00", handling.Suspended(procedure="评审")))
    assert light_of(stopped, WHOLE, DATA, at("2026-08-03T09:00")).light is Light.GREEN


def test_what_the_applicant_owes_lights_nothing() -> None:
    waits = life(RECEIVED, ("2026-04-30T09:00", opening.CorrectionAsked(until="2026-05-08")))
    assert light_of(waits, WHOLE, DATA, at("2026-06-30T09:00")) == Lit(light=Light.GREEN)


def test_a_light_that_the_way_to_the_county_made_says_so() -> None:
    waiting = life(("2026-05-11T09:00", VILLAGE))
    village = rules(Starts.VILLAGE, nodes=FREE_NODE)
    late = light_of(waiting, village, DATA, at("2026-05-12T09:00"))
    assert (late.light, late.what, late.by_transport) == (Light.RED, What.ACCEPTANCE, True)
    own = light_of(waiting, village, DATA, at("2026-05-20T09:00"))
    assert (own.light, own.by_transport) == (Light.RED, False)
    both = life(("2026-04-29T09:00", VILLAGE), ACCEPTED)
    worse = light_of(both, village, DATA, at("2026-05-29T09:00"))  # red without the way, too
    assert (worse.light, worse.by_transport) == (Light.DEEP_RED, False)


def test_each_light_has_its_word_and_only_what_the_county_owes_lights() -> None:
    assert set(LIGHT_WORDS) == set(ORDER) == set(Light)
    theirs = {What.CORRECTION, What.PAPERS, What.FIRST, What.PUBLICITY}
    assert set(OVER) == set(What) - theirs


def test_a_light_is_the_same_whenever_it_is_computed() -> None:
    now = at("2026-05-19T09:00")
    assert light_of(CASE, WHOLE, DATA, now) == light_of(life(RECEIVED, ACCEPTED), WHOLE, DATA, now)
