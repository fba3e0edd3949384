"""Frames: ``u32 length | u8 type | body``, big-endian, the body at most 64 KiB of msgpack.

Source: docs/protocol.md section 8.1.
"""

import struct
from collections.abc import Iterator

from protocol.codec import pack, unpack
from protocol.errors import MalformedError, TooLargeError
from protocol.exchange.messages import KINDS, Message
from protocol.limits import MAX_FRAME_BYTES

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
        """Every message that is whole now.

        Raises:
            TooLargeError: a frame announces more than 64 KiB.
            MalformedError: a frame of an unknown type or with a wrong body.
        """
        self._held += data
        while len(self._held) >= _HEAD.size:
            size, tag = _HEAD.unpack_from(self._held)
            if size > MAX_FRAME_BYTES:
                raise TooLargeError(f"a frame of {size} bytes")
            kind = KINDS.get(tag)
            if kind is None:
                raise MalformedError(f"frame type {tag}")
            if len(self._held) < _HEAD.size + size:
                return
            body = bytes(self._held[_HEAD.size : _HEAD.size + size])
            del self._held[: _HEAD.size + size]
            yield unpack(body, kind)
