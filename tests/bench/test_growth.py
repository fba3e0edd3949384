"""What the cost of a long queue is held to."""

import pytest

from bench.growth import Cost, rows


def cost(submit_ms: float, exchange_ms: float) -> Cost:
    return Cost(submit_ms=submit_ms, exchange_ms=exchange_ms, counts_s=0.1, status_s=1.0)


@pytest.mark.parametrize(("last", "holds"), [(cost(1.1, 0.09), True), (cost(1.2, 0.2), False)])
def test_an_application_may_cost_a_fifth_more_in_the_longest_queue(last: Cost, holds: bool) -> None:
    found = {row.name: row for row in rows([cost(1.0, 0.1), cost(1.0, 0.1), last])}
    assert found["queue of 100,000 / 1,000: both"].holds is holds
    assert found["queue of 100,000 / 1,000: submit"].limit is None
    assert found["queue of 10,000: status, processor"].ours == 1.0
