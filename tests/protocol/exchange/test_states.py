"""The state table of an exchange: what is illegal leads to a lasting error, whoever does it."""

from collections.abc import Callable  # noqa: TC003 - Hypothesis reads annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.errors import LineError, PeerError, StoreError, UnexpectedError
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import Ack, Bye, EnvelopeItem, Hello, Idle, Message, Offer, Want
from protocol.exchange.session import VERSIONS, Session
from protocol.exchange.states import OURS, THEIRS, Action, OutOfTurnError, State
from protocol.exchange.wire import FrameReader

HELLO = Hello(versions=VERSIONS, instance=b"instance", exchange=b"exchange")
ITEM = EnvelopeItem(wire=b"wire")
OFFER = Offer(envelopes=(b"prefix-1",))
WAITING = Waiting(
    key=bytes(32), lane=Lane.APPLICATIONS, origin="0" * 16, size=len(ITEM.wire), position=1
)
SAYING: dict[Action, Message] = {
    Action.HELLO: HELLO,
    Action.ITEM: ITEM,
    Action.ACK: Ack(upto=0),
    Action.OFFER: OFFER,
    Action.WANT: Want(have_envelopes=b"\0"),
    Action.IDLE: Idle(sent=0, got=0),
    Action.BYE: Bye(code=""),
}
OVER = (State.ENDED, State.ERROR)
moves = st.sampled_from(list(Action))


def said(session: Session) -> list[Message]:
    return list(FrameReader().feed(session.data_to_send()))


def test_nothing_leads_out_of_the_error_and_the_end() -> None:
    for table in (OURS, THEIRS):
        assert set(table) == set(State)
        assert table[State.ERROR] == table[State.ENDED] == {}
        assert State.ERROR not in {after for row in table.values() for after in row.values()}


@given(st.lists(st.sampled_from(list(SAYING)), max_size=15))
def test_a_peer_is_in_the_state_of_the_table_until_it_breaks_it(actions: list[Action]) -> None:
    """And from then on whatever it says is met with the same error, and changes nothing."""
    session, state = Session(HELLO), State.OPENING
    session.push(ITEM, WAITING)  # so that some Acks are of something
    for action in actions:
        after = THEIRS[state].get(action)
        if after is None or (action is Action.WANT):  # nothing was asked
            with pytest.raises(UnexpectedError) as first:
                session.receive(SAYING[action])
            break
        session.receive(SAYING[action])
        assert session.theirs is after
        state = after
    else:
        return
    arrived = session.arrived
    for message in SAYING.values():
        with pytest.raises(UnexpectedError) as again:
            session.receive(message)
        assert again.value is first.value
    assert session.theirs is State.ERROR
    assert session.arrived == arrived
    session.fail(first.value, telling=True)
    assert said(session)[-1] == Bye(code=UnexpectedError.code)
    require_silence(session)


def require_silence(session: Session) -> None:
    """In the error nothing can be said, and each try is our own fault."""
    assert session.ours is State.ERROR
    for wrong in (lambda: session.push(ITEM, WAITING), lambda: session.offer(OFFER)):
        with pytest.raises(OutOfTurnError):
            wrong()
    session.answer(Want())
    session.bye("peer.malformed")
    session.end()
    assert not session.idle()
    assert session.ours is State.ERROR
    assert said(session) == []


@given(st.lists(moves, max_size=15))
def test_what_we_do_out_of_turn_is_our_own_fault_and_lasts(actions: list[Action]) -> None:
    session, state = Session(HELLO), State.TALKING
    session.receive(HELLO)
    for action in actions:
        before = state
        state = OURS[state].get(action, State.ERROR)
        if action in (Action.ITEM, Action.OFFER) and state is State.ERROR:
            with pytest.raises(OutOfTurnError, match=before.value):
                do(session, action)
            said(session)
            require_silence(session)
            return
        if state is State.ERROR:  # said once, or nothing to say: no fault, and no words
            state = before
        do(session, action)
        assert session.ours in (state, before)
        state = session.ours


def do(session: Session, action: Action) -> None:
    def acknowledge() -> None:
        session.receive(ITEM)
        session.stored(session.arrived)

    def be_answered() -> None:
        if session.ours is State.ASKING:
            session.receive(SAYING[Action.WANT])

    deeds: dict[Action, Callable[[], object]] = {
        Action.HELLO: lambda: None,
        Action.ITEM: lambda: session.push(ITEM, WAITING),
        Action.ACK: acknowledge,
        Action.OFFER: lambda: session.offer(OFFER),
        Action.WANT: lambda: session.answer(Want()),
        Action.IDLE: session.idle,
        Action.BYE: session.bye,
        Action.END: session.end,
        Action.ANSWERED: be_answered,
        Action.GIVE_UP: session.give_up_asking,
    }
    deeds[action]()


@given(st.lists(moves, max_size=20))
def test_whatever_our_table_lets_one_side_do_the_other_side_s_table_takes(
    actions: list[Action],
) -> None:
    """Giving up and getting an answer are not seen from outside."""
    mine, seen = State.OPENING, State.OPENING
    for action in actions:
        if action not in OURS[mine]:
            continue
        mine = OURS[mine][action]
        if action in (Action.GIVE_UP, Action.ANSWERED):
            continue
        assert action in THEIRS[seen]
        seen = THEIRS[seen][action]
        assert (mine in OVER) == (seen in OVER)


@pytest.mark.parametrize("legal", [Action.ACK, Action.WANT])
def test_after_a_bye_only_acks_and_answers_follow(legal: Action) -> None:
    session = Session(HELLO)
    session.receive(HELLO)
    session.offer(OFFER)
    session.receive(Bye(code=""))
    session.receive(SAYING[legal])
    for action in (Action.ITEM, Action.OFFER, Action.IDLE):
        with pytest.raises(PeerError):
            session.receive(SAYING[action])


def test_a_broken_line_silences_us_and_lets_what_came_be_read() -> None:
    session = Session(HELLO)
    session.receive(HELLO)
    session.fail(LineError("cut"), telling=False)
    said(session)
    session.receive(ITEM)
    session.stored(1)
    assert said(session) == []
    assert session.theirs is State.TALKING
    assert session.caught_up


def test_a_full_disk_of_ours_is_told_and_nothing_more_is_read() -> None:
    session, failure = Session(HELLO), StoreError("full")
    session.receive(HELLO)
    session.fail(failure, telling=True)
    assert said(session)[-1] == Bye(code=StoreError.code)
    with pytest.raises(StoreError):
        session.receive(ITEM)
    require_silence(session)
