"""The rows of the herd: each budget holds or fails by itself."""

from bench.herd import rows

_SEEN = {
    "stations": 1000,
    "through": 1000,
    "last_through_s": 30.0,
    "cpu_ms_each": 20.0,
    "stations_cpu_ms_each": 15.0,
    "peak_mb": 200.0,
}


def test_at_the_budget_it_holds_and_beyond_it_fails() -> None:
    assert [row.holds for row in rows(_SEEN)] == [True, True, True, None, None]
    for name, value, at in (
        ("through", 999, 0),
        ("last_through_s", 30.1, 1),
        ("cpu_ms_each", 20.1, 2),
    ):
        found = [row.holds for row in rows(_SEEN | {name: value})]
        assert found == [at != place for place in range(3)] + [None, None]
