"""Recall: a neighbour that lost something is noticed, one that lost nothing is not."""

from hypothesis import given
from hypothesis import strategies as st

from protocol.exchange.ack_history import Recall

FIRST, SECOND, THIRD = b"exchan-1", b"exchan-2", b"exchan-3"


def test_what_was_never_acknowledged_may_be_unknown() -> None:
    recall = Recall().pushing(FIRST)
    assert recall.fits(None)
    assert recall.fits((FIRST, 4))


def test_less_than_what_was_acknowledged_is_noticed() -> None:
    recall = Recall().pushing(FIRST).answered(FIRST, 5)
    assert not recall.fits(None)
    assert not recall.fits((FIRST, 4))
    assert recall.fits((FIRST, 5))
    assert recall.fits((FIRST, 9))  # stored, and its acknowledgement was cut off


def test_an_exchange_that_was_never_held_is_noticed() -> None:
    assert not Recall().fits((THIRD, 1))
    assert not Recall().pushing(FIRST).answered(FIRST, 5).fits((THIRD, 1))


def test_an_older_exchange_is_noticed() -> None:
    recall = Recall().pushing(FIRST).answered(FIRST, 5).pushing(SECOND).answered(SECOND, 1)
    assert not recall.fits((FIRST, 5))


def test_it_goes_on_from_what_the_peer_says() -> None:
    recall = Recall().pushing(FIRST).answered(FIRST, 5).after((THIRD, 2))
    assert recall.fits((THIRD, 2))
    assert not recall.fits((FIRST, 5))
    assert not recall.after((THIRD, 3)).fits((THIRD, 2))


exchanges = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8)


@given(exchanges)
def test_a_peer_that_keeps_what_it_stores_is_never_suspected(
    counts: list[tuple[int, int]],
) -> None:
    """Whatever is stored and however little of it is acknowledged, in exchanges that break off."""
    recall, seen = Recall(), None
    for number, (stored, acked) in enumerate(counts):
        exchange = number.to_bytes(8, "big")
        assert recall.fits(seen)
        recall = recall.after(seen).pushing(exchange)
        if stored:
            seen = (exchange, stored)
            if min(stored, acked):
                recall = recall.answered(exchange, min(stored, acked))
    assert recall.fits(seen)
