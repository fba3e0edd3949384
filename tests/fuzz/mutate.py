"""Bytes that are nearly right: what the code itself made, damaged by seeded chance."""

import random
from collections.abc import Callable, Sequence

_EDGES = (  # the largest and smallest of what msgpack, lengths and text can say
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xc1",
    b"\xc0",
    b"\xff\xff\xff\xff",
    b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00",
    b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00",
    b"\xdd\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
    b"\xc6\xff\xff\xff\xff",
    b"\x91" * 600,
    b"[" * 600,
    b'{"a":' * 300,
    b"\xed\xa0\x80",
    b"-1e999",
    b"../",
)
_RANDOM_SHARE = 0.05  # inputs that are nothing but chance
_MOST_BYTES = 2_000  # of those
_MOST_LEARNED = 500  # inputs that joined the corpus; later ones take the place of old ones
_NEWEST = 8  # of these, which are tried as often as all the others


class Mutator:
    """Makes inputs from a corpus; the same seed and the same lessons make the same ones."""

    def __init__(self, corpus: Sequence[bytes], seed: int) -> None:
        self._corpus, self._learned = list(corpus), list[bytes]()
        self._random = random.Random(seed)
        self._ways: tuple[Callable[[bytearray], None], ...] = (
            self._flip,
            self._flip,
            self._insert,
            self._drop,
            self._repeat,
            self._cut_short,
            self._splice,
            self._set_edge,
            self._insert_edge,
            self._count,
        )

    def next(self) -> bytes:
        """One more input."""
        if self._random.random() < _RANDOM_SHARE:
            return self._random.randbytes(self._random.randrange(_MOST_BYTES))
        data = bytearray(self._pick())
        for _ in range(self._random.choice((1, 1, 1, 2, 4, 8))):
            self._random.choice(self._ways)(data)
        return bytes(data)

    def learn(self, data: bytes) -> None:
        """``data`` led where none did before: make more of it."""
        if len(self._learned) < _MOST_LEARNED:
            self._learned.append(data)
        else:
            del self._learned[self._random.randrange(_MOST_LEARNED)]
            self._learned.append(data)

    def _pick(self) -> bytes:
        roll = self._random.random()
        if self._learned and roll < 0.6:
            newest = self._learned[-_NEWEST:] if roll < 0.3 else self._learned
            return self._random.choice(newest)
        return self._random.choice(self._corpus)

    def _at(self, data: bytearray) -> int:
        return self._random.randrange(len(data) + 1)

    def _flip(self, data: bytearray) -> None:
        if data:
            data[self._random.randrange(len(data))] ^= 1 << self._random.randrange(8)

    def _insert(self, data: bytearray) -> None:
        at = self._at(data)
        data[at:at] = self._random.randbytes(self._random.randint(1, 8))

    def _drop(self, data: bytearray) -> None:
        at = self._at(data)
        del data[at : at + self._random.randint(1, 8)]

    def _repeat(self, data: bytearray) -> None:
        at = self._at(data)
        data[at:at] = data[at : at + self._random.randint(1, 64)] * self._random.randint(1, 20)

    def _cut_short(self, data: bytearray) -> None:
        del data[self._at(data) :]

    def _splice(self, data: bytearray) -> None:
        other = self._pick()
        data[self._at(data) :] = other[self._random.randrange(len(other) + 1) :]

    def _set_edge(self, data: bytearray) -> None:
        at, edge = self._at(data), self._random.choice(_EDGES)
        data[at : at + len(edge)] = edge

    def _insert_edge(self, data: bytearray) -> None:
        at = self._at(data)
        data[at:at] = self._random.choice(_EDGES)

    def _count(self, data: bytearray) -> None:
        """A byte a little larger or smaller: a length, a tag, a number."""
        if data:
            at = self._random.randrange(len(data))
            data[at] = (data[at] + self._random.choice((-2, -1, 1, 2))) % 256
