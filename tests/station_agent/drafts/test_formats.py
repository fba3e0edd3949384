"""A draft of an older program is read step by step; what lies on the disk waits for the next save.

``formats/N.json`` is what a program of format N wrote, and is never changed.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import DamagedError
from protocol.errors.drafts import FillingNewerError
from station_agent.app import Station
from station_agent.drafts.calls import SaveDraft
from station_agent.drafts.content import content_context
from station_agent.drafts.formats import STEPS, Formats
from station_agent.store.desk import drafts
from station_agent.store.desk.drafts import DraftRow
from tests.builders.clerk import CLERK
from tests.station_agent.drafts.typing import FIRST, opened_by, types
from tests.station_agent.village import Village

WRITTEN = Path(__file__).parent / "formats"


def by_steps(document: dict[str, Any]) -> dict[str, Any]:
    """From 1 to 2, of a program that does not exist: a field is called otherwise."""
    return {**document, "where": document["place"]} if "place" in document else document


def once_more(document: dict[str, Any]) -> dict[str, Any]:
    """From 2 to 3: what the second one wrote is read back by its new name."""
    return {**document, "place": f"3-{document['where']}"}


LATER = Formats(steps=(by_steps, once_more))


async def lies_there(station: Station, number: int, document: dict[str, Any]) -> DraftRow:
    """A draft as a program of another format wrote it."""
    await types(station, {"name": "黄秀英"})
    row = await station.database.read(lambda tx: drafts.get(tx, FIRST))
    assert row is not None
    sealed = station.drafts.seal(content_context(FIRST), json.dumps(document).encode())
    there = replace(row, format=number, sealed=sealed)
    await station.database.write(lambda tx: drafts.put(tx, there))
    return there


async def on_disk(station: Station) -> DraftRow | None:
    return await station.database.read(lambda tx: drafts.get(tx, FIRST))


def written(number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((WRITTEN / f"{number}.json").read_text("utf-8"))
    return found


def test_a_draft_of_each_format_is_kept_for_the_tests() -> None:
    numbers = sorted(int(path.stem) for path in WRITTEN.glob("*.json"))
    assert numbers == list(range(1, len(STEPS) + 2))


@pytest.mark.parametrize("number", range(1, len(STEPS) + 2))
async def test_a_draft_of_each_format_is_opened(village: Village, number: int) -> None:
    async with village.open() as station:
        await lies_there(station, number, written(number))
        draft = await station.drafts.find(opened_by(station), FIRST)
        assert draft is not None
        assert draft.content.texts == {"name": "黄秀英", "story": "水田边，\n半亩"}
        assert (draft.content.who, draft.content.item) == ("黄秀英", "pension")
        assert list(draft.content.clerks) == ["韦小芳", "陆秋梅"]
        assert draft.content.agent is not None
        assert (draft.content.agent.name, draft.content.agent.relation) == ("黄大山", "儿子")


@pytest.mark.parametrize(
    ("number", "document"),
    [
        (1, lambda: {**written(1), "place": "p"}),
        (2, lambda: {**written(1), "where": "p"}),
        (3, lambda: {**written(1), "place": "3-p"}),
    ],
)
async def test_drafts_of_three_programs_are_opened_by_the_third_and_stay_until_a_save(
    village: Village, number: int, document: Callable[[], dict[str, Any]]
) -> None:
    async with village.open() as station:
        there = await lies_there(station, number, document())
        third = replace(station.drafts, formats=LATER)
        draft = await third.find(opened_by(station), FIRST)
        assert draft is not None
        assert draft.content.place == "3-p"
        assert draft.content.texts == written(1)["texts"]
        assert await on_disk(station) == there
        wanted = SaveDraft(application=FIRST, item="pension", texts={"name": "后"})
        await third.save(CLERK, opened_by(station), wanted)
        after = await on_disk(station)
        assert after is not None
        assert after.format == 3
        draft = await third.find(opened_by(station), FIRST)
        assert draft is not None
        assert (draft.content.texts, draft.content.place) == ({"name": "后"}, "3-p")


async def test_a_draft_of_a_newer_program_is_neither_read_nor_touched(village: Village) -> None:
    async with village.open() as station:
        there = await lies_there(station, len(STEPS) + 2, {"new": "shape"})
        with pytest.raises(FillingNewerError):
            await station.drafts.find(opened_by(station), FIRST)
        with pytest.raises(FillingNewerError):
            await types(station, {"name": "写不上"})
        assert await on_disk(station) == there


@pytest.mark.parametrize("content", [b"no JSON", b"[]", b"{}"])
async def test_what_is_no_draft_is_told_as_damage(village: Village, content: bytes) -> None:
    async with village.open() as station:
        there = await lies_there(station, 1, {})
        spoilt = replace(there, sealed=station.drafts.seal(content_context(FIRST), content))
        await station.database.write(lambda tx: drafts.put(tx, spoilt))
        with pytest.raises(DamagedError):
            await station.drafts.find(opened_by(station), FIRST)
