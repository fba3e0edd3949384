"""How an application was taken in at the desk: by whom, for which village, and its pages.

Source: docs/operations.md, "How an application was taken in".
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from protocol.catalogue.items.model import Item
from protocol.codec import altered
from protocol.errors.clerk import InsistedUnnamedError, WindowDayError
from protocol.ids import ApplicationId
from protocol.limits import MAX_NAME_CHARS
from protocol.records.taken_in import Owed, Side, TakenIn
from protocol.records.taken_in import Page as PaperPage
from protocol.text import identifier, person_name
from runtime.web.page import Page
from station_agent.desk.intake.filling import Filling
from station_agent.desk.intake.lacking import Lacking
from station_agent.desk.keys import DESK, opened_of
from station_agent.drafts.acting import recorded
from station_agent.papers.pages import SealedPage

INSIST, INSISTED = "-insist", "-insisted"  # fields of the page to read out; no form has such
OWED, DAY = "-owed.", "-day"
_SIDES = {"正面": Side.FRONT, "反面": Side.BACK}  # as catalogues call them


def taken_at_desk(filling: Filling, papers: Sequence[SealedPage]) -> TakenIn:
    """What the desk knows by itself; when, the service says.

    Args:
        papers: the pages, in the order in which they are handed in.
    """
    item = filling.held
    return TakenIn(
        clerk=opened_of(filling.page).clerk,
        mode=item.mode if item else None,
        agent=recorded(filling.agent) if filling.agent else None,
        village=filling.page.request.app[DESK].slips.division,
        pages=tuple(_pages(item, papers)) if item else (),
    )


def with_said(
    taken: TakenIn, said: Mapping[str, str], lacking: Lacking, today: date | None
) -> TakenIn:
    """The same with what was said on the page to read out of what is missing now.

    Args:
        said: texts by the names of the page's fields.
        today: by trusted time; None: that is not known, and the clerk says the day.

    Raises:
        InsistedUnnamedError, WindowDayError: what was said can't be written down.
    """
    insists = INSIST in said and bool(lacking)
    return altered(
        taken,
        insisted=_insisted(said) if insists else "",
        owed=tuple(_owed(said, lacking, today)),
        window_day="" if today else _day(said.get(DAY, "")),
    )


def _insisted(said: Mapping[str, str]) -> str:
    name = person_name(said.get(INSISTED, ""))
    if not 0 < len(name) <= MAX_NAME_CHARS:
        raise InsistedUnnamedError(str(MAX_NAME_CHARS))
    return name


def _owed(said: Mapping[str, str], lacking: Lacking, today: date | None) -> Iterator[Owed]:
    for material in sorted(lacking.may_follow):
        until = _day(said.get(f"{OWED}{material}", ""))
        if until and today and until < str(today):
            raise WindowDayError(until)
        if until:
            yield Owed(material=material, until=until)


def _day(text: str) -> str:
    """A day as it was typed; empty if none was."""
    day = identifier(text)
    try:
        return str(date.fromisoformat(day)) if day else ""
    except ValueError:
        raise WindowDayError(day[:20]) from None


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
