"""Who gets a place, and whose place is taken when there is none."""

import pytest

from runtime.line.limiter import ConnectionLimiter, Place


class Crowd:
    """Enters connections by name and remembers who had to give way."""

    def __init__(self, *, per_key: int = 2, total: int = 3, yields_after_s: float = 5.0) -> None:
        self.now_s = 0.0
        self.gave_way: list[str] = []
        self.limiter = ConnectionLimiter(lambda: self.now_s, per_key, total, yields_after_s)

    def come(self, key: str, name: str = "") -> Place | None:
        self.now_s += 1
        return self.limiter.enter(key, lambda: self.gave_way.append(name))


def test_exactly_as_many_as_one_caller_may_have_get_a_place() -> None:
    crowd = Crowd(per_key=2, total=9)
    assert crowd.come("a")
    assert crowd.come("a")
    assert crowd.come("a") is None
    assert crowd.come("b"), "others are not meant"
    assert crowd.limiter.inside("a") == 2


def test_exactly_as_many_as_there_are_places_get_one() -> None:
    crowd = Crowd(per_key=9, total=3)
    assert all([crowd.come("a"), crowd.come("b"), crowd.come("c")])
    assert crowd.come("d") is None
    assert len(crowd.limiter) == 3


@pytest.mark.parametrize(("waited_s", "gives_way"), [(4.9, []), (5.0, ["silent"])])
def test_who_is_silent_for_long_enough_gives_way(waited_s: float, gives_way: list[str]) -> None:
    crowd = Crowd(per_key=1, total=9)
    assert crowd.come("a", "silent")
    crowd.now_s += waited_s - 1
    assert bool(crowd.come("a")) is bool(gives_way)
    assert crowd.gave_way == gives_way
    assert crowd.limiter.inside("a") == 1


def test_who_spoke_last_keeps_the_place() -> None:
    crowd = Crowd(per_key=2, total=9, yields_after_s=0)
    first = crowd.come("a", "first")
    crowd.come("a", "second")
    crowd.now_s += 1
    assert first
    crowd.limiter.heard(first)
    assert crowd.come("a", "third")
    assert crowd.gave_way == ["second"]


def test_where_all_places_are_taken_the_one_who_has_most_gives_one_up() -> None:
    crowd = Crowd(per_key=2, total=3, yields_after_s=0)
    crowd.come("few", "few")
    crowd.come("many", "many 1")
    crowd.come("many", "many 2")
    assert crowd.come("new")
    assert crowd.gave_way == ["many 1"]


def test_a_place_is_given_up_once() -> None:
    crowd = Crowd(total=1)
    place = crowd.come("a")
    assert place
    crowd.limiter.leave(place)
    crowd.limiter.leave(place)
    assert len(crowd.limiter) == 0
    assert crowd.come("b")
    assert crowd.come("c") is None
