"""AckHistory: a neighbour that lost something is noticed, one that lost nothing is not."""

from hypothesis import given
from hypothesis import strategies as st

from protocol.exchange.ack_history import AckHistory

FIRST, SECOND, THIRD = b"exchan-1", b"exchan-2", b"exchan-3"


def test_what_was_never_acknowledged_may_be_unknown() -> None:
    ack_history = AckHistory().pushing(FIRST)
    assert ack_history.fits(None)
    assert ack_history.fits((FIRST, 4))


def test_less_than_what_was_acknowledged_is_noticed() -> None:
    ack_history = AckHistory().pushing(FIRST).answered(FIRST, 5)
    assert not ack_history.fits(None)
    assert not ack_history.fits((FIRST, 4))
    assert ack_history.fits((FIRST, 5))
    assert ack_history.fits((FIRST, 9))  # stored, and its acknowledgement was cut off


def test_an_exchange_that_was_never_held_is_noticed() -> None:
    assert not AckHistory().fits((THIRD, 1))
    assert not AckHistory().pushing(FIRST).answered(FIRST, 5).fits((THIRD, 1))


def test_an_older_exchange_is_noticed() -> None:
    ack_history = AckHistory().pushing(FIRST).answered(FIRST, 5).pushing(SECOND).answered(SECOND, 1)
    assert not ack_history.fits((FIRST, 5))


def test_it_goes_on_from_what_the_peer_says() -> None:
    ack_history = AckHistory().pushing(FIRST).answered(FIRST, 5).after((THIRD, 2))
    assert ack_history.fits((THIRD, 2))
    assert not ack_history.fits((FIRST, 5))
    assert not ack_history.after((THIRD, 3)).fits((THIRD, 2))


exchanges = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8)


@given(exchanges)
def test_a_peer_that_keeps_what_it_stores_is_never_suspected(
    counts: list[tuple[int, int]],
) -> None:
    """Whatever is stored and however little of it is acknowledged, in exchanges that break off."""
    ack_history, seen = AckHistory(), None
    for number, (stored, acked) in enumerate(counts):
        exchange = number.to_bytes(8, "big")
        assert ack_history.fits(seen)
        ack_history = ack_history.after(seen).pushing(exchange)
        if stored:
            seen = (exchange, stored)
            if min(stored, acked):
                ack_history = ack_history.answered(exchange, min(stored, acked))
    assert ack_history.fits(seen)
