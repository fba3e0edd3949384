"""Which exchange of a child goes on when it calls again, and which of them make room."""

import asyncio

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from central.relay.exchange.running import RunningExchanges
from protocol.ids import NodeId
from runtime.line.conversation import Conversation

ONE, OTHER = NodeId("11" * 16), NodeId("22" * 16)


class Wire(asyncio.Transport):
    """The line of a caller."""

    aborted = False

    def abort(self) -> None:
        self.aborted = True


class Talk(Conversation):
    """An exchange that notes that it was told to end."""

    def __init__(self, *, resting: bool = False) -> None:
        self.stopped, self._rests = False, resting

    @property
    def resting(self) -> bool:
        return self._rests

    def stop(self) -> None:
        self.stopped = True


def call() -> tuple[web.Request, Wire]:
    wire = Wire()
    return make_mocked_request("POST", "/exchange", transport=wire), wire


def test_what_has_said_hello_goes_on_until_the_next_one_says_it_too() -> None:
    running, talk = RunningExchanges(), Talk()
    (first, first_wire), (second, second_wire), (third, third_wire) = call(), call(), call()
    running.enter(ONE, first)
    running.said_hello(ONE, first, talk)
    running.enter(ONE, second)  # says nothing
    running.enter(ONE, third)
    assert [wire.aborted for wire in (first_wire, second_wire, third_wire)] == [False, True, False]
    assert not talk.stopped
    later = Talk()
    running.said_hello(ONE, third, later)
    assert (talk.stopped, later.stopped) == (True, False)


def test_the_end_of_an_older_one_is_not_the_end_of_the_newer() -> None:
    running = RunningExchanges()
    (first, _), (second, _) = call(), call()
    older, newer = Talk(), Talk()
    for request, talk in ((first, older), (second, newer)):
        running.enter(ONE, request)
        running.said_hello(ONE, request, talk)
    running.is_over(ONE, first)
    assert not running.leave(ONE, first)
    assert running.callers() == [(second, newer)]
    assert (ONE in running, len(running)) == (True, 1)
    running.is_over(ONE, second)
    assert running.leave(ONE, second)
    assert (running.callers(), ONE in running, len(running)) == ([], False, 0)


def test_room_is_made_by_what_only_rests() -> None:
    running = RunningExchanges()
    busy, resting = Talk(), Talk(resting=True)
    for peer, talk in ((ONE, busy), (OTHER, resting)):
        request, _ = call()
        running.enter(peer, request)
        running.said_hello(peer, request, talk)
    running.make_room()
    assert (busy.stopped, resting.stopped) == (False, True)


def test_who_says_hello_while_the_program_ends_is_told_to_end() -> None:
    running = RunningExchanges()
    (first, _), (second, _) = call(), call()
    early, late = Talk(), Talk()
    running.enter(ONE, first)
    running.said_hello(ONE, first, early)
    running.enter(OTHER, second)
    running.close()
    running.said_hello(OTHER, second, late)
    assert (early.stopped, late.stopped) == (True, True)
