"""Two pages fill in one draft at once: nothing is covered, nothing is lost, and it is settled."""

import pytest

from protocol.errors.drafts import FillingElsewhereError
from station_agent.app import Station
from station_agent.drafts.both import Seen
from station_agent.drafts.calls import SaveDraft
from tests.builders.clerk import CLERK
from tests.station_agent.drafts.typing import FANG, FIRST, MEI, kept, opened_by, texts_of
from tests.station_agent.village import Village


async def saves(station: Station, text: str, seen: Seen | None, clerk: str = FANG) -> int:
    wanted = SaveDraft(application=FIRST, item="pension", texts={"name": text}, seen=seen)
    return await station.drafts.save(CLERK, opened_by(station, clerk), wanted)


async def test_the_second_is_set_aside_until_somebody_has_seen_both(village: Village) -> None:
    async with village.open() as station:
        first = await saves(station, "黄", Seen(page="a", saved_ms=0))
        village.clock.tick(5)
        second = await saves(station, "黄秀", Seen(page="a", saved_ms=first))
        village.clock.tick(5)
        with pytest.raises(FillingElsewhereError):
            await saves(station, "陆", Seen(page="b", saved_ms=first), MEI)
        assert await texts_of(station) == {"name": "黄秀"}
        draft = await kept(station)
        assert draft is not None
        assert draft.saved_ms == second
        assert draft.content.aside is not None
        assert (draft.content.aside.clerk, draft.content.aside.texts) == (MEI, {"name": "陆"})
    async with village.open() as station:  # after a power cut, too
        await saves(station, "陆秀", Seen(page="c", saved_ms=second), MEI)
        draft = await kept(station)
        assert draft is not None
        assert draft.content.aside is not None
        village.clock.tick(5)
        seen = Seen(page="c", saved_ms=draft.saved_ms, settles=True)
        await saves(station, "陆秀英", seen, MEI)
        draft = await kept(station)
        assert draft is not None
        assert (draft.content.texts, draft.content.aside) == ({"name": "陆秀英"}, None)
        assert draft.content.clerks == [FANG, MEI]


async def test_a_page_whose_answer_was_lost_meets_itself_and_nobody_else(village: Village) -> None:
    async with village.open() as station:
        seen = Seen(page="a", saved_ms=0)
        await saves(station, "黄", seen)
        village.clock.tick(5)
        await saves(station, "黄秀", seen)
        assert await texts_of(station) == {"name": "黄秀"}


async def test_the_same_text_from_two_pages_is_no_quarrel(village: Village) -> None:
    async with village.open() as station:
        await saves(station, "黄", Seen(page="a", saved_ms=0))
        await saves(station, "黄 ", Seen(page="b", saved_ms=0))
        village.clock.tick(5)
        await saves(station, "黄秀", None)  # one that knows nothing of pages
        assert await texts_of(station) == {"name": "黄秀"}
