"""The one memory of what is unacknowledged: in an exchange, and over its end."""

from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.unacknowledged import UnacknowledgedBook, UnacknowledgedPushes
from protocol.ids import NodeId

HUB = NodeId("1" * 16)


def waiting(number: int, offset: int = 0) -> Waiting:
    return Waiting(
        key=b"%032d" % number,
        lane=Lane.BLOBS,
        origin="0" * 16,
        size=100,
        position=number,
        offset=offset,
    )


def pushed(count: int) -> UnacknowledgedPushes:
    memory = UnacknowledgedPushes(b"exchange")
    memory.peer = b"instance"
    for number in range(1, count + 1):
        memory.pushed(waiting(number), 10, float(number))
    return memory


@given(st.integers(0, 8), st.lists(st.integers(0, 9), max_size=5))
def test_what_is_sent_is_acknowledged_or_open_and_nothing_is_counted_twice(
    count: int, acks: list[int]
) -> None:
    memory, done, highest = pushed(count), list[int](), 0
    for upto in acks:
        done += [push.number for push in memory.acknowledged(upto)]
        highest = max(highest, min(upto, count))
        assert memory.answered == highest
    assert done == list(range(1, memory.answered + 1))
    assert memory.sent == count == len(done) + len(memory)
    assert (memory.size, memory.carried_bytes) == (10 * len(memory), 10 * len(done))


def test_a_blob_is_under_way_until_its_last_part_is_noted() -> None:
    memory = UnacknowledgedPushes(b"exchange")
    for offset in (50, 100):
        memory.pushed(waiting(1, offset), 50, 0.0)
    for upto in (1, 2):
        assert memory.is_under_way(waiting(1))
        (push,) = memory.acknowledged(upto)
        assert memory.is_under_way(waiting(1))
        memory.noted([push.item])
    assert not memory.is_under_way(waiting(1))


def test_the_next_hello_tells_what_of_it_is_there_if_it_speaks_of_it() -> None:
    memory = pushed(4)
    memory.acknowledged(1)
    assert memory.held(b"instance", (b"exchange", 3)) == [waiting(2), waiting(3)]
    assert memory.held(b"instance", (b"exchange", 1)) == []
    for peer, seen in (
        (b"another.", (b"exchange", 3)),
        (b"instance", (b"exch-old", 3)),
        (b"instance", None),
    ):
        assert memory.held(peer, seen) is None


def test_the_book_gives_back_what_was_kept_also_when_all_of_it_is_acknowledged() -> None:
    book, memory = UnacknowledgedBook(), pushed(1)
    assert book.last(HUB).exchange == b""
    book.keep(HUB, memory)
    memory.acknowledged(1)
    assert book.last(HUB) is memory
    assert book.last(None).exchange == b""
    book.forget(HUB)
    assert book.last(HUB).exchange == b""
