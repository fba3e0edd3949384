"""How an application was taken in at the desk: by whom, for which village, and its pages.

Source: docs/operations.md, "How an application was taken in".
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from protocol.catalogue.items.model import Item
from protocol.ids import ApplicationId
from protocol.records.taken_in import Page as PaperPage
from protocol.records.taken_in import Side, TakenIn
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.papers.pages import SealedPage

_SIDES = {"正面": Side.FRONT, "反面": Side.BACK}  # as catalogues call them


def taken_at_desk(page: Page, item: Item | None, papers: Sequence[SealedPage]) -> TakenIn:
    """What the desk knows by itself; when, the service says.

    Args:
        item: as it was when the form was begun; None: nothing is kept of it, nor papers.
        papers: the pages, in the order in which they are handed in.
    """
    return TakenIn(
        clerk=opened_of(page).clerk,
        village=page.request.app[DESK].slips.division,
        pages=tuple(_pages(item, papers)) if item else (),
    )


async def papers_of(page: Page, application: ApplicationId) -> list[SealedPage]:
    """The pages of its papers, as they are handed in."""
    return await page.request.app[DESK].papers().sealed(opened_of(page).vault, application)


def _pages(item: Item, papers: Sequence[SealedPage]) -> Iterator[PaperPage]:
    numbers: Counter[str] = Counter()
    for place, paper in enumerate(papers):
        numbers[paper.material] += 1
        number = numbers[paper.material]
        yield PaperPage(attachment=place, page=number, side=_side(item, paper.material, number))


def _side(item: Item, name: str, number: int) -> Side | None:
    material = item.material(name)
    called = material.pages if material else ()
    return _SIDES.get(called[number - 1]) if number <= len(called) else None
