"""Frames: ``u32 length | u8 type | body``, big-endian, the body at most 64 KiB of msgpack.

A frame of an unknown type from 128 on is passed over; a lower one has to be understood.

Source: docs/protocol.md section 8.1.
"""

import struct
from collections.abc import Iterator

from protocol.codec import pack, unpack
from protocol.errors import NeedsNewerError, TooLargeError
from protocol.exchange.messages import KINDS, Message
from protocol.limits import MAX_FRAME_BYTES

MAY_IGNORE = 128  # types from here on say nothing that who does not know them must act on
_HEAD = struct.Struct(">IB")


def encode(message: Message) -> bytes:
    """One frame."""
    body = pack(message)
    if len(body) > MAX_FRAME_BYTES:
        raise TooLargeError(f"{type(message).__name__} of {len(body)} bytes")
    return _HEAD.pack(len(body), message.TAG) + body


class FrameReader:
    """Cuts a stream of bytes into messages; holds at most one frame."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def held_bytes(self) -> int:
        """Bytes of a frame that has not come to its end yet."""
        return len(self._held)

    def feed(self, data: bytes) -> Iterator[Message]:
        """Every message that is whole now, but for those that may be passed over.

        Raises:
            TooLargeError: a frame announces more than 64 KiB.
            NeedsNewerError: a frame of an unknown type that has to be understood.
            MalformedError: a frame with a wrong body.
        """
        self._held += data
        while len(self._held) >= _HEAD.size:
            size, tag = _HEAD.unpack_from(self._held)
            if size > MAX_FRAME_BYTES:
                raise TooLargeError(f"a frame of {size} bytes")
            kind = KINDS.get(tag)
            if kind is None and tag < MAY_IGNORE:
                raise NeedsNewerError(f"frame type {tag}")
            if len(self._held) < _HEAD.size + size:
                return
            body = bytes(self._held[_HEAD.size : _HEAD.size + size])
            del self._held[: _HEAD.size + size]
            if kind is not None:
                yield unpack(body, kind)
