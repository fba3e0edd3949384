"""Where lines of Chinese break: anywhere but before a mark that closes and behind one that opens.

Numbers and Latin words stay whole where they can.
"""

import re
from collections.abc import Callable, Iterator

_NEVER_FIRST = frozenset("，。；：？！、）》〉”’」』】〕…—.,;:?!)]}%")
_NEVER_LAST = frozenset("（《〈“‘「『【〔([{")
_GOES_ALONG = _NEVER_FIRST | {" "}
_PIECES = re.compile(r"[0-9A-Za-z*._/@+-]+|.", re.DOTALL)


def broken(text: str, width: float, measure: Callable[[str], float], first: str = "") -> list[str]:
    """The lines of one paragraph.

    Args:
        width: of a line, in the unit of ``measure``.
        first: what the first line begins with.
    """
    lines, line = list[str](), first
    for piece in _pieces(text, width, measure):
        if not line.strip() or measure(line + piece) <= width:
            line += piece
            continue
        kept, moved = _parted(line, piece)
        if not kept.strip():  # there is nothing to move: the mark stands out
            line += piece
            continue
        lines.append(kept)
        line = (moved + piece).lstrip(" ")
    return [*lines, line]


def _parted(line: str, piece: str) -> tuple[str, str]:
    """What of a full line stays, and what goes down with the piece behind it."""
    end = len(line)
    while end > 1 and (piece[0] in _GOES_ALONG or line[end - 1] in _NEVER_LAST):
        end -= 1
        piece = line[end]
    return line[:end], line[end:]


def _pieces(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """What is not parted; a word that is longer than a line is."""
    for piece in _PIECES.findall(text):
        if measure(piece) <= width:
            yield piece
        else:
            yield from piece
