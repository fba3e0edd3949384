"""What is usually wrong with each paper, to be ticked when everything that is wrong is told once.

The words stand in the library of materials (``faults``). The first three of each paper are
offered; words of one's own come last.

Source: docs/documents.md, "Text blocks"; domain: 一次性告知.
"""

from collections.abc import Iterator, Sequence

from central.county.documents.calls import FaultChoice
from protocol.catalogue.items.model import Item
from protocol.errors.documents import FactWrongError

OFFERED = 3  # of one paper: more, and nobody reads them


def choices_of(item: Item | None) -> list[FaultChoice]:
    """What may be ticked, paper by paper."""
    return [
        FaultChoice(code=f"{one.id}:{fault.code}", material=one.name, words=fault.say)
        for one in (item.materials if item else ())
        for fault in one.faults[:OFFERED]
    ]


def fault_lines(item: Item | None, chosen: Sequence[str]) -> tuple[str, ...]:
    """What a document says of these: usual faults by MATERIAL:CODE, or MATERIAL:words, or words.

    Raises:
        FactWrongError: an empty one, or one twice.
    """
    lines = tuple(_lines(item, chosen))
    if len(set(lines)) < len(lines) or not all(line.strip() for line in lines):
        raise FactWrongError("“问题清单”有空的或重复的一项")
    return lines


def _lines(item: Item | None, chosen: Sequence[str]) -> Iterator[str]:
    papers = {one.id: one for one in item.materials} if item else {}
    for one in chosen:
        paper, _, rest = one.partition(":")
        known = papers.get(paper)
        if known is None:
            yield one
        else:
            usual = {fault.code: fault.say for fault in known.faults}
            yield f"{known.name}：{usual.get(rest, rest)}"
