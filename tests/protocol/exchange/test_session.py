"""One exchange without any line: what may be said when, and what an Ack means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.errors import PeerError, UnexpectedError, VersionError
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import (
    Ack,
    Bye,
    EnvelopeItem,
    Hello,
    Idle,
    Message,
    Offer,
    Part,
    Want,
)
from protocol.exchange.session import (
    VERSIONS,
    AckReceived,
    AnswerReceived,
    ByeReceived,
    HelloReceived,
    ItemReceived,
    OfferReceived,
    Session,
)
from protocol.exchange.states import OutOfTurnError, State
from protocol.exchange.wire import FrameReader
from tests.builders.strategies import MESSAGES

HELLO = Hello(versions=VERSIONS, instance=b"instance", exchange=b"exchange")
PEER = Hello(versions=VERSIONS, instance=b"the peer", exchange=b"exchange", time_ms=7)
ITEM = EnvelopeItem(wire=b"wire")
PART = Part(blob=bytes(32), size=5, offset=0, data=b"12345")


def waiting(number: int) -> Waiting:
    """Something that the store knows by this number."""
    return Waiting(
        key=b"%032d" % number, lane=Lane.APPLICATIONS, origin="0" * 16, size=4, position=number
    )


def answered(event: object) -> list[tuple[int, str | None]]:
    """What an Ack covers: the numbers of these pushes, and codes of refusals."""
    assert isinstance(event, AckReceived)
    return [(push.item.position, code) for push, code in event.pushes]


def state_of(session: Session) -> State:
    """Where our side stands now."""
    return session.ours


def said(session: Session) -> list[Message]:
    return list(FrameReader().feed(session.data_to_send()))


def met() -> Session:
    """A session in which both hellos have been said."""
    session = Session(HELLO)
    session.receive(PEER)
    said(session)
    return session


def test_the_first_thing_said_is_hello() -> None:
    session = Session(HELLO)
    assert said(session) == [HELLO]
    assert said(session) == []
    assert session.peer is None


def test_the_peer_s_hello_is_told_and_kept() -> None:
    session = Session(HELLO)
    assert session.receive(PEER) == [HelloReceived(PEER)]
    assert session.peer == PEER


@given(MESSAGES.filter(lambda message: not isinstance(message, Hello)))
def test_nothing_counts_before_the_peer_s_hello(message: Message) -> None:
    with pytest.raises(UnexpectedError):
        Session(HELLO).receive(message)


def test_a_second_hello_makes_no_sense() -> None:
    with pytest.raises(UnexpectedError):
        met().receive(PEER)


@pytest.mark.parametrize("versions", [(), (0,), (2, 3)])
def test_programs_that_share_no_version_part(versions: tuple[int, ...]) -> None:
    with pytest.raises(VersionError):
        Session(HELLO).receive(Hello(versions=versions, instance=b"the peer", exchange=b"exchange"))


def test_a_newer_program_that_still_speaks_our_version_is_welcome() -> None:
    hello = Hello(versions=(3, 2, 1), instance=b"the peer", exchange=b"exchange")
    assert Session(HELLO).receive(hello) == [HelloReceived(hello)]


def test_items_are_counted_from_one_in_the_order_in_which_they_come() -> None:
    session = met()
    assert session.receive(ITEM) == [ItemReceived(1, ITEM)]
    assert session.receive(PART) == [ItemReceived(2, PART)]
    assert session.arrived == 2
    assert said(session) == []  # nothing is acknowledged that nobody has stored


def test_an_ack_says_what_was_stored_and_what_was_refused() -> None:
    session = met()
    for _ in range(3):
        session.receive(ITEM)
    assert not session.caught_up
    session.stored(2, [(1, "peer.signature")])
    assert said(session) == [Ack(upto=2, refused=((1, "peer.signature"),))]
    session.stored(3)
    assert said(session) == [Ack(upto=3)]
    assert session.caught_up


@pytest.mark.parametrize("upto", [0, 1, 4])
def test_nothing_can_be_stored_twice_or_before_it_came(upto: int) -> None:
    session = met()
    for _ in range(3):
        session.receive(ITEM)
    session.stored(1)
    with pytest.raises(OutOfTurnError, match="stored"):
        session.stored(upto)


def test_an_ack_confirms_what_was_pushed_before_it() -> None:
    session = met()
    for number in (1, 2, 3):
        session.push(ITEM, waiting(number))
    assert len(session.unacknowledged) == 3
    (event,) = session.receive(Ack(upto=2, refused=((2, "peer.digest"),)))
    assert answered(event) == [(1, None), (2, "peer.digest")]
    assert len(session.unacknowledged) == 1
    assert session.unacknowledged.answered == 2


def test_a_late_or_repeated_ack_changes_nothing() -> None:
    session = met()
    session.push(ITEM, waiting(1))
    session.push(ITEM, waiting(2))
    session.receive(Ack(upto=2))
    for upto in (2, 1, 0):
        assert session.receive(Ack(upto=upto)) == []


def test_an_ack_for_what_was_never_sent_is_refused() -> None:
    session = met()
    session.push(ITEM, waiting(1))
    with pytest.raises(UnexpectedError):
        session.receive(Ack(upto=2))


def test_an_offer_waits_for_its_answer() -> None:
    session = met()
    offer, want = Offer(envelopes=(b"prefix-1",)), Want(have_envelopes=b"\1")
    session.offer(offer)
    assert state_of(session) is State.ASKING
    assert said(session) == [offer]
    assert session.receive(want) == [AnswerReceived(want)]
    assert state_of(session) is State.TALKING


def test_the_peer_s_offer_is_asked_of_the_caller() -> None:
    session = met()
    offer, want = Offer(blobs=(b"station1prefix-1",)), Want(have_blob_bytes=(5,))
    assert session.receive(offer) == [OfferReceived(offer)]
    session.answer(want)
    assert said(session) == [want]


def test_an_answer_to_nothing_is_refused() -> None:
    with pytest.raises(UnexpectedError):
        met().receive(Want())


def test_an_answer_that_comes_after_we_gave_up_asking_is_no_fault_of_the_peer() -> None:
    session = met()
    session.offer(Offer(envelopes=(b"prefix-1",)))
    session.give_up_asking()
    assert state_of(session) is State.TALKING
    assert session.receive(Want(have_envelopes=b"\0")) == []
    with pytest.raises(UnexpectedError):
        session.receive(Want())


def test_the_answer_to_a_later_offer_is_not_taken_for_the_late_one() -> None:
    session = met()
    session.offer(Offer(envelopes=(b"prefix-1",)))
    session.give_up_asking()
    session.offer(Offer(envelopes=(b"prefix-2",)))
    assert session.receive(Want(have_envelopes=b"\0")) == []
    assert state_of(session) is State.ASKING
    assert session.receive(Want(have_envelopes=b"\1")) == [
        AnswerReceived(Want(have_envelopes=b"\1"))
    ]


def test_giving_up_when_nothing_was_asked_changes_nothing() -> None:
    session = met()
    session.give_up_asking()
    with pytest.raises(UnexpectedError):
        session.receive(Want())


def test_idle_is_said_once_for_each_state_of_affairs() -> None:
    session = met()
    session.idle()
    session.idle()
    assert said(session) == [Idle(sent=0, got=0)]
    session.push(ITEM, waiting(1))
    session.idle()
    assert said(session) == [ITEM, Idle(sent=1, got=0)]


def test_idle_is_not_said_while_something_waits_to_be_stored() -> None:
    session = met()
    session.receive(ITEM)
    session.idle()
    assert said(session) == []
    session.stored(1)
    session.idle()
    assert said(session) == [Ack(upto=1), Idle(sent=0, got=1)]


def test_both_are_settled_when_each_has_said_so_of_the_same_state() -> None:
    session = met()
    session.push(ITEM, waiting(1))
    session.idle()
    steps: list[tuple[Message, bool]] = [
        (Idle(sent=0, got=0), False),  # said before our item arrived there
        (Ack(upto=1), False),
        (Idle(sent=0, got=1), True),
        (ITEM, False),
    ]
    for message, settled in steps:
        session.receive(message)
        assert session.settled is settled


def test_bye_is_said_once_and_no_idle_after_it() -> None:
    session = met()
    session.bye("line.busy", 60)
    session.bye("line.busy", 60)
    session.idle()
    assert said(session) == [Bye(code="line.busy", retry_after_s=60)]


def test_the_peer_s_bye_is_told() -> None:
    bye = Bye(code="", retry_after_s=5)
    assert met().receive(bye) == [ByeReceived(bye)]


@given(st.lists(MESSAGES, max_size=12))
def test_whatever_a_peer_says_only_our_own_errors_come_of_it(messages: list[Message]) -> None:
    session = Session(HELLO)
    for message in [PEER, *messages]:
        try:
            session.receive(message)
        except PeerError:
            return
    assert not session.unacknowledged


@given(st.lists(st.sampled_from(["push", "store", "ack"]), max_size=40), st.data())
def test_two_sessions_agree_on_what_is_stored_however_their_turns_fall(
    turns: list[str], data: st.DataObject
) -> None:
    """Sender and receiver over a perfect line: confirmed is always a beginning of stored."""
    sender, receiver = met(), met()
    pushed, stored, confirmed = 0, 0, list[int]()
    for turn in turns:
        if turn == "push":
            pushed += 1
            sender.push(ITEM, waiting(pushed))
            for message in said(sender):
                receiver.receive(message)
        elif turn == "store" and receiver.arrived > stored:
            stored = data.draw(st.integers(stored + 1, receiver.arrived))
            receiver.stored(stored)
        else:
            for message in said(receiver):
                for event in sender.receive(message):
                    confirmed += [number for number, _ in answered(event)]
        assert confirmed == list(range(1, len(confirmed) + 1))
        assert len(confirmed) <= stored <= pushed
