"""From one release and a wanted catalogue to the next release."""

import json
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.changes.planned import GONE, in_force
from protocol.catalogue.changes.release import file_of, goal_of, next_entries, versioned
from protocol.errors.publishing import DraftConflictError

TODAY = date(2026, 11, 29)
LATER = date(2027, 1, 1)
Entries = Mapping[str, bytes]


def item(name: str, **more: object) -> bytes:
    return json.dumps({"id": "x", "name": name, **more}, sort_keys=True).encode()


def publish(
    base: Entries, wanted: Entries, today: date = TODAY, start: date | None = None, **more: bool
) -> dict[str, bytes]:
    return next_entries(base, versioned(wanted, base, today), today=today, start=start, **more)


def names(entries: Entries, day: date) -> dict[str, tuple[str, int]]:
    """Name and version of each item that counts on a day."""
    found = {key: json.loads(one) for key, one in in_force(entries, day.isoformat()).items()}
    return {key: (one["name"], one["version"]) for key, one in found.items() if key[0] != "@"}


def test_a_changed_item_gets_the_next_version_and_others_keep_theirs() -> None:
    first = publish({}, {"a": item("甲"), "b": item("乙")})
    second = publish(first, {"a": item("甲二"), "b": item("乙")})
    third = publish(second, {"a": item("甲"), "b": item("乙")})

    assert names(first, TODAY) == {"a": ("甲", 1), "b": ("乙", 1)}
    assert names(second, TODAY) == {"a": ("甲二", 2), "b": ("乙", 1)}
    assert names(third, TODAY) == {"a": ("甲", 3), "b": ("乙", 1)}  # no version means two things
    assert publish(third, {"a": item("甲"), "b": item("乙")}) == third


def test_a_withdrawn_item_that_comes_back_goes_on_counting() -> None:
    first = publish({}, {"a": item("甲"), "b": item("乙")})
    without = publish(first, {"b": item("乙")})
    later = publish(without, {"b": item("乙二")})
    back = publish(later, {"a": item("甲"), "b": item("乙二")})

    assert names(without, TODAY) == {"b": ("乙", 1)}
    assert names(back, TODAY) == {"a": ("甲", 2), "b": ("乙二", 2)}
    assert "@gone" not in back


def test_a_change_of_a_later_day_leaves_the_old_version_until_then() -> None:
    first = publish({}, {"a": item("甲"), "b": item("乙")})
    second = publish(first, {"a": item("甲二"), "c": item("丙")}, start=LATER)

    eve = LATER - timedelta(days=1)
    assert names(second, TODAY) == names(second, eve) == {"a": ("甲", 1), "b": ("乙", 1)}
    assert names(second, LATER) == {"a": ("甲二", 2), "c": ("丙", 1)}
    assert goal_of(second).keys() == {"a", "c"}


def test_what_is_planned_takes_its_place_at_the_next_publishing_with_the_same_version() -> None:
    first = publish({}, {"a": item("甲"), "b": item("乙")})
    second = publish(first, {"a": item("甲二"), "b": item("乙")}, start=LATER)
    third = publish(second, {"a": item("甲二"), "b": item("乙二")}, today=LATER)

    assert not [key for key in third if key.startswith("@next.")]
    assert names(third, LATER) == {"a": ("甲二", 2), "b": ("乙二", 2)}


@pytest.mark.parametrize("name", ["甲", "甲二"], ids=["as it is", "as it will be"])
def test_what_is_planned_stays_planned_when_something_else_is_published(name: str) -> None:
    first = publish({}, {"a": item("甲"), "b": item("乙")})
    second = publish(first, {"a": item("甲二"), "b": item("乙")}, start=LATER)
    third = publish(second, {"a": item(name), "b": item("乙二")})

    assert names(third, TODAY) == {"a": ("甲", 1), "b": ("乙二", 2)}
    assert names(third, LATER) == {"a": ("甲二", 2), "b": ("乙二", 2)}


def test_another_change_of_what_is_planned_is_refused_and_a_rollback_is_the_way_out() -> None:
    first = publish({}, {"a": item("甲")})
    second = publish(first, {"a": item("甲二")}, start=LATER)
    with pytest.raises(DraftConflictError, match="a 已定于 2027-01-01 起"):
        publish(second, {"a": item("甲三")})

    third = publish(second, {"a": item("甲")}, clears=True)
    assert names(third, LATER) == {"a": ("甲", 1)}
    assert names(publish(third, {"a": item("甲三")}), TODAY) == {"a": ("甲三", 3)}  # 2 was 甲二


def test_an_item_with_days_of_its_own_counts_on_these() -> None:
    days = {"from": "2027-01-01", "until": "2027-06-30"}
    first = publish({}, {"a": item("甲", **days), "b": item("乙", until="2026-12-31")})

    assert names(first, TODAY).keys() == {"b"}
    assert names(first, date(2026, 12, 31)).keys() == {"b"}  # its last day
    assert names(first, date(2027, 1, 1)).keys() == {"a"}
    assert names(first, date(2027, 6, 30)).keys() == {"a"}
    assert names(first, date(2027, 7, 1)) == {}
    again = {"a": item("甲", **days), "b": item("乙", until="2026-12-31")}
    assert publish(first, again) == first
    longer = publish(first, {**again, "b": item("乙", until="2027-03-31")})
    assert names(longer, date(2027, 3, 31)).keys() == {"a", "b"}
    assert names(longer, date(2027, 4, 1)).keys() == {"a"}


def test_an_item_whose_last_day_has_passed_is_not_published() -> None:
    assert names(publish({}, {"a": item("甲", until="2026-11-28")}), TODAY) == {}
    assert names(publish({}, {"a": item("甲", until="2026-11-29")}), TODAY).keys() == {"a"}


def test_taking_back_what_is_planned_leaves_the_last_day_that_an_item_has_itself() -> None:
    first = publish({}, {"a": item("甲", until="2027-06-30")})
    back = publish(first, {"a": item("甲", until="2027-06-30")}, clears=True)
    assert names(back, date(2027, 6, 30)) == {"a": ("甲", 1)}
    assert names(back, date(2027, 7, 1)) == {}


def test_what_would_be_over_before_it_counts_leaves_the_old_version_until_then() -> None:
    first = publish({}, {"a": item("甲")})
    until = (LATER - timedelta(days=1)).isoformat()
    second = publish(
        first, {"a": item("甲二", until=until), "b": item("乙", until=until)}, start=LATER
    )

    eve = LATER - timedelta(days=1)
    assert names(second, TODAY) == names(second, eve) == {"a": ("甲", 1)}
    assert names(second, LATER) == {}
    assert goal_of(second) == {}
    on_its_day = publish(first, {"a": item("甲二", until=LATER.isoformat())}, start=LATER)
    assert names(on_its_day, LATER) == {"a": ("甲二", 2)}
    assert names(on_its_day, LATER + timedelta(days=1)) == {}


def test_a_day_of_today_or_before_is_at_once() -> None:
    for start in (TODAY, TODAY - timedelta(days=1)):
        assert names(publish({}, {"a": item("甲")}, start=start), TODAY) == {"a": ("甲", 1)}
    tomorrow = publish({}, {"a": item("甲")}, start=TODAY + timedelta(days=1))
    assert names(tomorrow, TODAY) == {}


def test_working_days_count_at_once_whatever_day_is_named() -> None:
    first = publish({}, {"a": item("甲"), "@calendar": b'{"years":{}}'})
    second = publish(first, {"a": item("甲"), "@calendar": b'{"years":{"2027":{}}}'}, start=LATER)
    assert second["@calendar"] == b'{"years":{"2027":{}}}'


def test_a_release_as_a_file_and_again_is_no_change() -> None:
    wanted = {
        "@about": b'{"title":"T"}',
        "@m.card": b'{"name":"card"}',
        "@local.451423101": b"{}",
        "@markets": b'{"451423101":[]}',
        "a": item("甲", until="2027-06-30"),
    }
    release = publish({}, wanted)
    file = file_of(release)
    assert file == {
        "title": "T",
        "materials": {"card": {"name": "card"}},
        "local": {"451423101": {}},
        "market_days": {"451423101": []},
        "items": [json.loads(wanted["a"])],
    }


VERSIONS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("甲乙丙"), max_size=3)


@given(st.lists(st.tuples(VERSIONS, st.integers(-1, 40), st.integers(0, 30)), max_size=6))
def test_whatever_is_published_each_version_has_one_content(
    steps: list[tuple[dict[str, str], int, int]],
) -> None:
    """And what is wanted is what counts in the end, unless a plan was in the way."""
    release, today = dict[str, bytes](), TODAY
    contents: dict[tuple[str, int], str] = {}
    for wanted, ahead, passed in steps:
        today += timedelta(days=passed)
        start = today + timedelta(days=ahead) if ahead >= 0 else None
        goal = {key: item(name) for key, name in wanted.items()}
        before = {key: entry for key, entry in release.items() if key.startswith("@next.")}
        try:
            release = publish(release, goal, today=today, start=start)
        except DraftConflictError:
            assert before
            continue
        for key, entry in release.items():
            code = key.rpartition(".")[2]
            if entry != GONE and not code.startswith("@"):
                raw = json.loads(entry)
                assert contents.setdefault((code, raw["version"]), raw["name"]) == raw["name"]
        if not before:
            assert {key: json.loads(one)["name"] for key, one in goal_of(release).items()} == wanted
