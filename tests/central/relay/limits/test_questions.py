"""A node gets the roster when it asks, seldom; and no crowd of them takes the server."""

from contextlib import ExitStack

import pytest

from central.relay.limits.questions import RosterQuestions
from protocol.errors import BusyError
from protocol.ids import NodeId
from protocol.limits import MAX_ROSTER_ANSWERS, ROSTER_ASK_S
from tests.builders.clock import FakeClock


def nodes(count: int) -> list[NodeId]:
    return [NodeId(f"{number:016x}") for number in range(count)]


def test_a_node_is_answered_again_after_the_pause_and_not_before() -> None:
    clock = FakeClock()
    questions, (node, other) = RosterQuestions(clock), nodes(2)
    with questions.of(node):
        pass
    clock.tick(ROSTER_ASK_S - 1)
    with pytest.raises(BusyError), questions.of(node):
        pass
    with questions.of(other):
        pass
    clock.tick(1)
    with questions.of(node):
        pass


def test_a_node_is_answered_once_at_a_time_however_long_it_takes() -> None:
    clock = FakeClock()
    questions, (node,) = RosterQuestions(clock), nodes(1)
    with questions.of(node):
        clock.tick(10 * ROSTER_ASK_S)
        with pytest.raises(BusyError), questions.of(node):
            pass


def test_so_many_nodes_at_once_and_no_more() -> None:
    clock = FakeClock()
    questions, asking = RosterQuestions(clock), nodes(MAX_ROSTER_ANSWERS + 1)
    with ExitStack() as answering:
        for node in asking[:-1]:
            answering.enter_context(questions.of(node))
        with pytest.raises(BusyError), questions.of(asking[-1]):
            pass
    with questions.of(asking[-1]):  # it was not counted as answered
        pass
