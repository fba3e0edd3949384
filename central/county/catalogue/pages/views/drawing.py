"""The flow of an item as a drawing: boxes below each other, each kind with a shape of its own.

Only places and texts are computed here; a template writes the SVG, and so escapes every text.
Lengths are in pixels of a drawing that is 360 wide.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from central.county.catalogue.pages.values import objects, text
from central.county.catalogue.pages.views.limits import limit_words
from protocol.catalogue.documents import Document
from protocol.catalogue.items.kinds import NODE_KINDS, NodeKind

_KINDS: Mapping[str, str] = {kind.value: words for kind, words in NODE_KINDS.items()}
WIDTH = 360
_LEFT, _BOX = 20, 320  # where boxes begin, and how wide they are
_GAP = 34  # between two boxes, for the arrow
_HEAD, _LINE, _FOOT = 26, 20, 14  # of a box: kind, each line of text, and what is below
_WAVE = 10  # more below the text where the lower edge is a wave
_NAME_EMS, _MORE_EMS = 18, 20  # of one line: 16 and 14 pixels for a Chinese character
_NAME_LINES, _MORE_LINES = 3, 2
_HALF, _WHOLE = 0.55, 1.0  # of a character's height: how wide it is
_TOKEN = re.compile(r"[!-~]+|.")  # a Latin word, or one character


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One node."""

    shape: str  # its kind; "other" for one that is not known
    kind: str  # in words
    number: int
    y: int
    height: int
    name: Sequence[tuple[int, str]]  # lines, each with the place of its foot
    more: Sequence[tuple[int, str]]  # who does it, and by when


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The whole flow."""

    boxes: Sequence[Box]
    arrows: Sequence[tuple[int, int]]  # from, to
    height: int
    left: int = _LEFT
    box: int = _BOX
    width: int = WIDTH


def drawing_of(raw: Document, words: Callable[[str], str]) -> Drawing:
    """The flow of an item; without nodes an empty one."""
    boxes = list(_boxes(objects(raw, "flow"), words))
    ends = [(box.y + box.height, box.y + box.height + _GAP) for box in boxes[:-1]]
    height = boxes[-1].y + boxes[-1].height + 4 if boxes else 0
    return Drawing(boxes=boxes, arrows=ends, height=height)


def _boxes(nodes: Sequence[Document], words: Callable[[str], str]) -> Iterator[Box]:
    y = 4
    for number, node in enumerate(nodes, start=1):
        kind = text(node, "kind")
        name = wrapped(text(node, "name"), _NAME_EMS, _NAME_LINES)
        limit = limit_words(text(node, "limit"), words)
        said = " · ".join(filter(None, (text(node, "post"), limit)))
        more = wrapped(said, _MORE_EMS, _MORE_LINES)
        foot = y + _HEAD
        lines = [(foot + _LINE * (at + 1), line) for at, line in enumerate(name)]
        after = foot + _LINE * len(name)
        wave = _WAVE if kind == NodeKind.PUBLICITY else 0
        height = _HEAD + _LINE * (len(name) + len(more)) + _FOOT + wave
        yield Box(
            shape=kind if kind in _KINDS else "other",
            kind=words(_KINDS[kind]) if kind in _KINDS else kind[:_MORE_EMS],
            number=number,
            y=y,
            height=height,
            name=lines,
            more=[(after + _LINE * (at + 1), line) for at, line in enumerate(more)],
        )
        y += height + _GAP


def _width(line: str) -> float:
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in line)
    return wide * _WHOLE + (len(line) - wide) * _HALF


def wrapped(said: str, ems: float, most: int) -> list[str]:
    """``said`` in at most ``most`` lines, each no wider; an ellipsis marks what is left out.

    A Latin word stays whole where a line can hold it.
    """
    lines = [""]
    for token in _TOKEN.findall(" ".join(said.split())):
        for part in [token] if _width(token) <= ems else token:
            if _width(lines[-1] + part) > ems:
                lines.append("")
            lines[-1] += part
    lines = [line.strip() for line in lines if line.strip()]
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + "…"]
