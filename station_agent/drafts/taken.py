"""How an application was taken in, as far as its draft and this station know by themselves.

Source: docs/operations.md, "How an application was taken in".
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from protocol.catalogue.items.model import Item
from protocol.records.taken_in import Page, Side, TakenIn
from station_agent.drafts.acting import ActsFor, recorded
from station_agent.papers.pages import SealedPage

_SIDES = {"正面": Side.FRONT, "反面": Side.BACK}  # as catalogues call them


def taken_by_itself(
    item: Item | None,
    papers: Sequence[SealedPage],
    *,
    clerk: str,
    village: str,
    agent: ActsFor | None,
) -> TakenIn:
    """What nobody has to say.

    Args:
        item: as it was when the form was begun; None: nothing was saved of it.
        papers: the pages, in the order in which they are handed in.

    Raises:
        AgentWrongError: who acts is not said rightly.
    """
    return TakenIn(
        clerk=clerk,
        mode=item.mode if item else None,
        agent=recorded(agent) if agent else None,
        village=village,
        pages=tuple(_pages(item, papers)) if item else (),
    )


def _pages(item: Item, papers: Sequence[SealedPage]) -> Iterator[Page]:
    numbers: Counter[str] = Counter()
    for place, paper in enumerate(papers):
        numbers[paper.material] += 1
        number = numbers[paper.material]
        yield Page(
            attachment=place,
            page=number,
            side=_side(item, paper.material, number),
            readable=paper.readable,
        )


def _side(item: Item, name: str, number: int) -> Side | None:
    material = item.material(name)
    called = material.pages if material else ()
    return _SIDES.get(called[number - 1]) if number <= len(called) else None
