"""Steps are shown by how often they are taken, and none is left out."""

from protocol.casework.table import ACTIONS
from protocol.casework.usual import USUAL, usual_first


def test_what_is_usual_is_a_step() -> None:
    assert set(USUAL) < set(ACTIONS)
    assert len(set(USUAL)) == len(USUAL)


def test_every_step_is_shown_once_and_what_moves_a_case_on_first() -> None:
    usual, seldom = usual_first(list(ACTIONS))
    assert sorted(usual + seldom) == sorted(ACTIONS)
    assert usual_first(["terminate", "decide", "extend", "take"]) == (
        ["take", "decide", "extend"],
        ["terminate"],
    )
