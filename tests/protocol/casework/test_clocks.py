"""Every limit of a case, to the day: what stops it, what makes it longer, and what never does."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.casework.clocks import (
    NEWEST,
    Budget,
    What,
    derive,
    last_day,
    moment,
    moved,
    running,
    transport,
)
from protocol.casework.events import closing, handling, opening
from protocol.casework.rules import CaseRules
from protocol.casework.status import Status
from protocol.catalogue.calendars.due import Limit, Stop, Unit, due, read_limit
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.handling import Handling
from protocol.catalogue.items.kinds import Starts
from protocol.envelope.payloads import Outcome
from protocol.records.taken_in import Owed
from tests.protocol.casework.lives import (
    ACCEPTED,
    DATA,
    RECEIVED,
    VILLAGE,
    Moment,
    at,
    life,
    ms,
    rules,
)
from tests.protocol.catalogue.calendars.year_2026 import CALENDAR


def dates(status: Status, of: CaseRules, now: str = "2026-11-30") -> dict[str, str]:
    found = running(status, of, DATA, at(now))
    return {f"{one.budget.what.value}{one.budget.name}": str(one.due) for one in found}


def test_whether_it_is_accepted_is_said_within_five_working_days_of_its_receipt() -> None:
    assert dates(life(RECEIVED), rules()) == {"acceptance": "2026-05-09"}  # 9 May is made up


def test_promise_law_and_node_run_from_acceptance_each_by_its_own() -> None:
    assert dates(life(RECEIVED, ACCEPTED), rules()) == {
        "node审核": "2026-05-08",
        "promised": "2026-05-18",
        "legal": "2026-06-01",
    }


def test_a_special_procedure_stops_them_from_the_day_after_it_begins() -> None:
    stopped = life(
        RECEIVED,
        ACCEPTED,
        ("2026-05-06T09:00", handling.Suspended(procedure="专家评审")),
        ("2026-05-13T17:00", handling.Resumed()),
    )
    found = running(stopped, rules(), DATA, at("2026-05-20"))
    whole = next(one for one in found if one.budget.what is What.PROMISED)
    plain = next(
        one
        for one in running(life(RECEIVED, ACCEPTED), rules(), DATA, at("2026-05-20"))
        if one.budget.what is What.PROMISED
    )
    passed = list(map(str, _days("2026-05-07", "2026-05-13")))
    lost = sum(CALENDAR.day(date.fromisoformat(day)).works for day in passed)
    ahead = last_day(Limit(count=lost, unit=Unit.WORKING_DAYS), plain.latest, CALENDAR)
    assert whole.due == ahead
    assert [line for line in whole.why if "专家评审" in line] == [
        line for line in whole.why if line[:10] in passed
    ]
    assert "2026-05-07 周四：特别程序“专家评审”，停止计算" in whole.why


def _days(first: str, last: str) -> list[date]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [begin + timedelta(n) for n in range((end - begin).days + 1)]


def test_while_it_is_stopped_the_procedure_has_a_limit_of_its_own() -> None:
    begun = ("2026-05-06T09:00", handling.Suspended(procedure="专家评审"))
    stopped = life(RECEIVED, ACCEPTED, begun)
    today, later = (dates(stopped, rules(), day) for day in ("2026-05-11", "2026-05-12"))
    assert today["special专家评审"] == later["special专家评审"] == "2026-05-26"
    assert (today["promised"], later["promised"]) == ("2026-05-22", "2026-05-25")
    found = running(stopped, rules(), DATA, at("2026-05-11"))
    assert {one.budget.what for one in found if one.budget.stands} == {
        What.PROMISED,
        What.LEGAL,
        What.NODE,
    }
    planned = handling.Suspended(procedure="专家评审", planned="3wd")
    said = life(RECEIVED, ACCEPTED, ("2026-05-06T09:00", planned))
    assert dates(said, rules())["special专家评审"] == "2026-05-09"


def test_a_second_special_procedure_leaves_the_end_of_the_first_as_it_was() -> None:
    both = life(
        RECEIVED,
        ACCEPTED,
        ("2026-05-06T09:00", handling.Suspended(procedure="专家评审")),
        ("2026-05-07T17:00", handling.Resumed()),
        ("2026-05-12T09:00", handling.Suspended(procedure="专家评审")),
        ("2026-05-13T17:00", handling.Resumed()),
    )
    assert [one.to_ms for one in both.spans] == [ms("2026-05-07T17:00"), ms("2026-05-13T17:00")]


@pytest.mark.parametrize(("counts", "promised"), [(True, "2026-05-18"), (False, "2026-05-26")])
def test_publicity_stops_them_unless_the_item_says_that_it_counts(
    counts: bool, promised: str
) -> None:
    posted = life(
        RECEIVED,
        ACCEPTED,
        ("2026-05-06T09:00", handling.PublicityBegun(day="2026-05-06")),
        ("2026-05-13T09:00", handling.PublicityEnded()),
    )
    of = rules(publicity=read_limit("7d"), publicity_counts=counts)
    assert dates(posted, of)["promised"] == promised
    hanging = life(
        RECEIVED, ACCEPTED, ("2026-05-06T09:00", handling.PublicityBegun(day="2026-05-06"))
    )
    assert dates(hanging, of)["publicity"] == "2026-05-13"


def test_one_extension_moves_both_and_no_other() -> None:
    longer = life(RECEIVED, ACCEPTED, ("2026-05-06T09:00", handling.Extended(limit="10wd")))
    assert dates(longer, rules()) == {
        "node审核": "2026-05-08",
        "promised": "2026-06-01",
        "legal": "2026-06-15",
    }


def test_an_extension_in_another_unit_is_counted_behind_and_not_mixed_in() -> None:
    longer = life(RECEIVED, ACCEPTED, ("2026-05-06T09:00", handling.Extended(limit="10d")))
    assert dates(longer, rules())["promised"] == "2026-05-28"  # ten days after 18 May


def test_time_on_the_way_is_told_apart_and_makes_no_limit_longer() -> None:
    """Three working days on the way, accepted a day after it came."""
    came = life(("2026-04-29T09:00", VILLAGE), ACCEPTED)
    assert transport(came, rules(Starts.VILLAGE)) == timedelta(days=4, hours=23)
    as_if = life(
        ("2026-04-24T10:00", opening.Received()),
        ("2026-04-25T10:00", opening.Accepted(node="look")),
    )
    whole = ("promised", "legal")
    assert transport(came, rules(Starts.TOWNSHIP)) == timedelta(0)  # it has what the county has
    there, here = dates(came, rules(Starts.VILLAGE)), dates(as_if, rules())
    assert [there[what] for what in whole] == [here[what] for what in whole]
    assert transport(came, rules()) == timedelta(0)


def test_the_five_days_begin_at_the_window_where_the_village_is_one() -> None:
    waiting = life(("2026-04-29T09:00", VILLAGE))
    assert dates(waiting, rules(Starts.VILLAGE)) == {"acceptance": "2026-05-06"}
    by_word = life(("2026-04-29T09:00", opening.Received(window_day="2026-04-24")))
    assert dates(by_word, rules(Starts.VILLAGE)) == {"acceptance": "2026-05-06"}
    for ahead in (  # a wrong clock, a wrong day
        opening.Received(window_ms=ms("2027-01-01T00:00")),
        opening.Received(window_day="2027-01-01"),
    ):
        found = dates(life(("2026-04-29T09:00", ahead)), rules(Starts.VILLAGE))
        assert found == {"acceptance": "2026-05-09"}


def test_after_a_correction_the_limit_begins_when_it_is_complete() -> None:
    returned = ("2026-04-29T10:00", opening.CorrectionAsked(note="缺页", until="2026-05-20"))
    waits = life(("2026-04-29T09:00", VILLAGE), returned)
    assert dates(waits, rules(Starts.VILLAGE)) == {"correction": "2026-05-20"}
    complete = ("2026-05-12T10:00", opening.Corrected())
    for first in (VILLAGE, opening.Received(window_day="2026-04-24")):
        again = life(("2026-04-29T09:00", first), returned, complete)
        assert dates(again, rules(Starts.VILLAGE)) == {"acceptance": "2026-05-19"}


def test_silence_accepts_as_of_the_receipt() -> None:
    silent = life(RECEIVED, ("2026-05-11T00:00", opening.AcceptedByDefault(node="look")))
    same_day = life(RECEIVED, ("2026-04-29T09:00", opening.Accepted(node="look")))
    assert dates(silent, rules())["promised"] == dates(same_day, rules())["promised"]


def test_what_others_owe_runs_beside_and_stops_nothing() -> None:
    owes = life(
        RECEIVED,
        ("2026-04-30T09:00", opening.Accepted(
            node="look", owed=(Owed(material="photo", until="2026-05-15"),))),
        ("2026-05-06T09:00", handling.OpinionAsked(department="县残联", until="2026-05-12")),
    )  # fmt: skip
    found = dates(owes, rules())
    assert (found["papersphoto"], found["opinion县残联"]) == ("2026-05-15", "2026-05-12")
    assert found["promised"] == dates(life(RECEIVED, ACCEPTED), rules())["promised"]


def test_help_before_papers_has_the_day_that_was_said() -> None:
    helped = life(RECEIVED, ("2026-04-29T10:00", opening.PaidFirst(until="2026-05-09")))
    assert dates(helped, rules()) == {"first": "2026-05-09"}


def test_after_the_decision_telling_and_delivery_run_and_end_when_they_are_done() -> None:
    of = rules(handling=Handling(tell=read_limit("3wd"), deliver=read_limit("10wd")))
    decided: list[Moment] = [
        RECEIVED,
        ("2026-04-30T09:00", opening.Accepted(node="decide")),
        ("2026-05-06T09:00", closing.Decided(outcome=Outcome.APPROVED)),
    ]
    assert dates(life(*decided), of) == {"telling": "2026-05-09", "delivery": "2026-05-19"}
    decided.append(("2026-05-07T09:00", closing.Told(way="telephone")))
    assert dates(life(*decided), of) == {"delivery": "2026-05-19"}
    decided.append(("2026-05-08T09:00", closing.Delivered(way="window")))
    assert dates(life(*decided), of) == {}


# a calendar that changes

FREE = date(2026, 5, 14)
LESS = Calendar(years=CALENDAR.years, off=CALENDAR.off, work=CALENDAR.work)
MORE = Calendar(
    years=CALENDAR.years, off=CALENDAR.off, work=CALENDAR.work, local={FREE: "三月三补休"}
)
BOUND = life(RECEIVED, ("2026-04-30T09:00", opening.Accepted(node="look", calendar=1)))


def test_a_day_more_that_is_off_moves_nothing_against_the_citizen() -> None:
    assert moved(BOUND, rules(), {1: LESS, NEWEST: MORE}, 2, at("2026-05-07")) == []
    found = running(BOUND, rules(), {1: LESS, NEWEST: MORE}, at("2026-05-07"))
    assert {str(one.due) for one in found if one.budget.what is What.PROMISED} == {"2026-05-18"}


def test_a_day_less_that_is_off_moves_both_and_says_by_which_calendar() -> None:
    events = moved(BOUND, rules(), {1: MORE, NEWEST: LESS}, 2, at("2026-05-07"))
    assert events == [
        closing.DeadlineMoved(what="promised", before="2026-05-19", after="2026-05-18", calendar=2),
        closing.DeadlineMoved(what="legal", before="2026-06-02", after="2026-06-01", calendar=2),
    ]
    told = life(RECEIVED, ("2026-04-30T09:00", opening.Accepted(node="look", calendar=1)),
                *(("2026-05-07T00:00", one) for one in events))  # fmt: skip
    assert told.calendars == (1, 2)  # what was told by the first still counts
    calendars = {1: MORE, 2: LESS, NEWEST: LESS}
    assert moved(told, rules(), calendars, 2, at("2026-05-07")) == []  # once
    found = running(told, rules(), calendars, at("2026-05-07"))
    assert {str(one.due) for one in found if one.budget.what is What.PROMISED} == {"2026-05-18"}


def test_a_year_that_becomes_known_ends_what_was_provisional() -> None:
    late = life(
        ("2026-12-24T09:00", opening.Received()),
        ("2026-12-25T09:00", opening.Accepted(node="look", calendar=1)),
    )
    known = CALENDAR | Calendar(
        years=frozenset({2027}), off={date(2027, 1, 1): "元旦"}, work={date(2027, 1, 2): "元旦"}
    )
    before = running(late, rules(), {1: CALENDAR, NEWEST: CALENDAR}, at("2026-12-25"))
    assert {one.provisional for one in before if one.budget.what is What.PROMISED} == {True}
    events = moved(late, rules(), {1: CALENDAR, NEWEST: known}, 2, at("2026-12-26"))
    assert [one.what for one in events] == ["promised", "legal"]
    assert all(one.after <= one.before for one in events)
    after = running(late, rules(), {1: CALENDAR, NEWEST: known, 2: known}, at("2026-12-26"))
    assert after


# properties

days = st.dates(date(2026, 1, 1), date(2026, 9, 1))
moments = st.datetimes(at("2026-01-01"), at("2026-09-01"))
limits = st.builds(
    Limit, count=st.integers(1, 60), unit=st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS])
) | st.builds(Limit, count=st.integers(1, 400), unit=st.just(Unit.HOURS))
pieces = st.lists(st.tuples(moments, st.timedeltas(timedelta(0), timedelta(days=20))), max_size=4)


def stops(found: list[tuple[datetime, timedelta]]) -> list[Stop]:
    return [Stop(name="评审", begins=begin, ends=begin + long) for begin, long in found]


@given(first=moments, second=moments, limit=limits, spans=pieces)
def test_who_begins_later_is_never_due_earlier(
    first: datetime, second: datetime, limit: Limit, spans: list[tuple[datetime, timedelta]]
) -> None:
    early, late = (due(one, limit, CALENDAR, stops(spans)) for one in sorted((first, second)))
    assert moment(early.due) <= moment(late.due)
    assert moment(early.latest) <= moment(late.latest)


@given(start=days, count=st.integers(1, 40), begins=st.integers(0, 30), long=st.integers(0, 30))
def test_a_stop_of_so_many_working_days_moves_the_end_by_so_many(
    start: date, count: int, begins: int, long: int
) -> None:
    """The day on which it begins counts; those behind it up to its last do not."""
    first = datetime.combine(start + timedelta(begins), datetime.min.time())
    stop = Stop(name="评审", begins=first, ends=first + timedelta(long))
    limit = Limit(count=count, unit=Unit.WORKING_DAYS)
    plain = due(start, limit, CALENDAR).due
    assert isinstance(plain, date)
    inside = [stop.begins.date() + timedelta(n) for n in range(1, long + 1)]
    worked = sum(CALENDAR.day(day).works for day in inside)
    if stop.begins.date() >= plain:
        worked = 0
    longer = Limit(count=count + worked, unit=Unit.WORKING_DAYS)
    assert due(start, limit, CALENDAR, [stop]).due == due(start, longer, CALENDAR).due


@given(start=moments, limit=limits, spans=pieces, data=st.data())
def test_how_a_stop_is_cut_into_pieces_changes_nothing(
    start: datetime, limit: Limit, spans: list[tuple[datetime, timedelta]], data: st.DataObject
) -> None:
    whole = stops(spans)
    cut = []
    for one in whole:
        middle = data.draw(st.datetimes(one.begins, one.ends))
        cut += [
            Stop(name=one.name, begins=one.begins, ends=middle),
            Stop(name=one.name, begins=middle, ends=one.ends),
        ]
    assert due(start, limit, CALENDAR, whole).due == due(start, limit, CALENDAR, cut).due


@given(start=moments, limit=limits, more=limits)
def test_units_are_never_mixed(start: datetime, limit: Limit, more: Limit) -> None:
    """An end is a minute only where hours are counted last; a longer budget ends no earlier."""
    both = derive(Budget(what=What.LEGAL, start=start, limits=(limit, more)), [CALENDAR])
    alone = derive(Budget(what=What.LEGAL, start=start, limits=(limit,)), [CALENDAR])
    assert isinstance(both.due, datetime) is (more.unit is Unit.HOURS)
    assert moment(both.due) >= moment(alone.due) - timedelta(days=1)
