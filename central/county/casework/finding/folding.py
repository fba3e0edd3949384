"""Names as they are compared, and the pieces by which they are found. Pure.

Pieces are single characters and pairs, so that one character or two find somebody as well as a
whole name does, on every database alike. What parts a name (blanks, any of the middle dots) does
not count, nor how its characters were composed; rare ones are characters as all others.
"""

import unicodedata
from collections.abc import Iterator

from protocol.limits import MAX_NAME_CHARS

_FAR_PLANES = range(0x20000, 0x3FFFE)  # of ideographs: newer ones are unknown to this Python
_ROUNDS = 3
_PARTING = frozenset("·・･‧•∙⋅．.\u0387-‐‑—'’")


def is_kept(char: str) -> bool:
    """Whether a character can stand in a name: some are newer than the tables of Python."""
    return char.isprintable() or ord(char) in _FAR_PLANES


def plain_name(text: str) -> str:
    """``text`` as the column of a case can hold it: what a form may hold is any text at all."""
    kept = "".join(char for char in text if is_kept(char))
    return kept.strip()[:MAX_NAME_CHARS].rstrip()


def folded(text: str) -> str:
    """A name as it is compared; empty if nothing of it counts."""
    name = _once(plain_name(text))
    for _ in range(_ROUNDS):  # what one round takes out may let others join
        name = _once(name)
    return name[:MAX_NAME_CHARS]


def pieces(name: str) -> frozenset[str]:
    """Single characters and pairs of a folded name."""
    return frozenset(name) | frozenset(pairs(name))


def pairs(name: str) -> Iterator[str]:
    """What stands beside each other in a folded name."""
    return (name[at : at + 2] for at in range(len(name) - 1))


def _once(text: str) -> str:
    half = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in half if is_kept(char) and not _parts(char))


def _parts(char: str) -> bool:
    return char.isspace() or char in _PARTING
