"""What the village has to do beside applications: posters, answers to letters, what was begun."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.letters.pages import is_unread
from station_agent.desk.writing.fields import FORMS
from station_agent.drafts.service import WARNED_MS
from station_agent.followups.calls import FollowUpShown
from station_agent.followups.filings import Filing
from station_agent.followups.publicity import PublicityShown, Stage

_TO_DO = (Stage.TO_POST, Stage.TO_TAKE_DOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageWork:
    """Today's piles of it."""

    posters: Sequence[PublicityShown]
    answers: Sequence[FollowUpShown]  # to letters, that nobody has read; the oldest first
    begun: Sequence[Filing]  # written and not sent
    leaving: Sequence[Filing]  # of those in the bin, what will be gone within a week
    titles: Mapping[str, str]


async def village_work(page: Page) -> VillageWork:
    """What is to be done now."""
    desk, opened = page.request.app[DESK], opened_of(page)
    posters = await desk.publicity.every(opened)
    letters = await desk.follow_ups.about(opened, "letter")
    begun = await desk.filings.every(opened)
    return VillageWork(
        posters=[one for one in posters if one.stage in _TO_DO],
        answers=[one for one in letters if is_unread(one)],
        begun=[one for one in begun if one.about in FORMS],
        leaving=[
            one
            for one in await desk.filings.in_bin(opened)
            if one.about in FORMS and (one.goes_ms or 0) <= page.site.clock.now_ms() + WARNED_MS
        ],
        titles={name: form.title for name, form in FORMS.items()},
    )
