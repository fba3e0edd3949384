"""An exchange with a program of tomorrow: what may be passed over is, the rest ends in words."""

import struct

import pytest

from protocol.codec import pack
from protocol.errors import NeedsNewerError
from protocol.exchange.messages import Bye, EnvelopeItem, Hello, Idle, Message
from protocol.exchange.session import VERSIONS
from protocol.exchange.wire import FrameReader, encode
from tests.builders.virtual_time import run
from tests.runtime.line.talking import HELLO, alone, make_parent


def frame(tag: int, body: object) -> bytes:
    data = pack(body)
    return struct.pack(">IB", len(data), tag) + data


WEATHER = frame(200, {"sky": "blue"})
HELLO_OF_TOMORROW = frame(
    Hello.TAG, {"v": [*VERSIONS, 9], "i": b"the peer", "x": b"exchange", "g": "9.0", "mood": 1}
)


def test_frames_and_fields_that_may_be_ignored_do_not_disturb_it() -> None:
    async def story() -> None:
        parent = make_parent()
        side = alone(parent)
        one, two = (encode(EnvelopeItem(wire=wire)) for wire in (b"one", b"two"))
        await side.link.send(HELLO_OF_TOMORROW + WEATHER + one + WEATHER + two)
        await side.link.send(WEATHER + encode(Idle(sent=2, got=0)))
        await side.link.finish()
        await side.task
        assert len(parent.stored) == 2
        assert parent.meetings[0].program == "9.0"

    run(story())


@pytest.mark.parametrize(
    "newer",
    [
        pytest.param(frame(99, {}), id="a frame"),
        pytest.param(frame(Idle.TAG, {"s": 1, "g": 0, "q": 1, "must": ["q"]}), id="a field"),
        pytest.param(frame(6, {"kind": "law", "version": 1, "base": 0, "proof": b""}), id="a kind"),
    ],
)
def test_what_must_be_understood_ends_it_in_words(newer: bytes) -> None:
    async def story() -> None:
        parent = make_parent()
        side = alone(parent)
        await side.link.send(encode(HELLO) + encode(EnvelopeItem(wire=b"one")) + newer)
        frames, said = FrameReader(), list[Message]()
        while data := await side.link.receive():
            said += frames.feed(data)
        with pytest.raises(NeedsNewerError):
            await side.task
        assert len(parent.stored) == 1  # what came before it counts
        assert Bye(code="peer.needs-newer") in said

    run(story())
