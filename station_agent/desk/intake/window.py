"""What is asked on the page to read out beside the form: signature, second clerk, what may follow.

Source: docs/operations.md, "The desk".
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from protocol.catalogue.items.materials import Material
from protocol.records.taken_in import Mode
from station_agent.desk.intake.filling import Filling
from station_agent.desk.intake.lacking import Lacking
from station_agent.desk.keys import DESK, opened_of
from station_agent.intake.calls import ItemShown
from station_agent.papers.pages import SealedPage

CHECKER = "-check"  # name of the second clerk


def mode_name(item: ItemShown) -> str:
    """What the village does about an item, as templates name it; empty: nothing is said."""
    said = item.facts.get("mode")
    return next((one.name.lower() for one in Mode if one == said), "")


def asks_second(filling: Filling) -> bool:
    """Whether a second clerk has to look at it."""
    return bool(filling.held and filling.held.second_check)


def others_of(filling: Filling) -> Sequence[str]:
    """Clerks who may be the second one."""
    own = opened_of(filling.page).clerk
    names = filling.page.request.app[DESK].clerks.vault.clerks
    return [name for name in names if name != own]


def photos_of(filling: Filling, papers: Sequence[SealedPage]) -> Sequence[Material]:
    """Materials of which a page is there, which may show the signature."""
    held = filling.held
    names = dict.fromkeys(one.material for one in papers)
    found = (held.material(name) for name in names) if held else ()
    return [one for one in found if one is not None]


def brought_of(filling: Filling, papers: Sequence[SealedPage]) -> Sequence[tuple[str, int]]:
    """Each paper that was brought, by its name, and how many pages of it."""
    pages = Counter(one.material for one in papers)
    return [(one.name, pages[one.id]) for one in photos_of(filling, papers)]


def unread_of(papers: Sequence[SealedPage]) -> int:
    """Of how many pages nobody has said that they can be read."""
    return sum(not one.readable for one in papers)


async def last_days_of(filling: Filling, lacking: Lacking) -> Mapping[str, date | None]:
    """Until when each paper may follow, by the ids of materials."""
    questions = filling.page.request.app[DESK].applying.questions()
    return {
        one.id: await questions.last_day(one.later.limit)
        for paper in lacking.papers
        for one in paper.may_follow
        if one.later is not None
    }
