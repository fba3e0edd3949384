"""What is being filled in: the text before or the text after, and one application in the end."""

from dataclasses import dataclass
from pathlib import Path

from station_agent.intake.calls import Submission
from tests.builders.clerk import status_of
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.station_agent.drafts.typing import FIRST, kept, types
from tests.station_agent.village import Village

BEFORE, AFTER = "黄秀", "黄秀英"


@dataclass
class Place:
    """A station with a draft, and what it becomes."""

    village: Village
    submission: Submission


async def begun(root: Path) -> Place:
    village = Village(root)
    async with village.open() as station:
        await types(station, {"name": BEFORE})
    return Place(village=village, submission=village.submission(AFTER, application=FIRST))


async def save(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await types(station, {"name": AFTER})


async def it_says_either(place: Place, told: bool) -> None:
    async with place.village.open() as station:
        draft = await kept(station)
        assert draft is not None
        name = draft.content.texts["name"]
        assert name == AFTER or (name == BEFORE and not told)
        await types(station, {"name": AFTER})


async def hand_in(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await station.intake.submit(place.submission)


async def it_is_a_draft_or_an_application(place: Place, told: bool) -> None:
    async with place.village.open() as station:
        saved, draft = (await status_of(station))["counts"]["saved"], await kept(station)
        assert (saved, draft is None) in ((1, True), (0, False))
        assert saved or not told
        await station.intake.submit(place.submission)
        assert (await status_of(station))["counts"]["saved"] == 1
        assert await kept(station) is None


ACTIONS = [
    Action("station: save a draft", begun, save, it_says_either),
    Action("station: hand in a draft", begun, hand_in, it_is_a_draft_or_an_application),
]
