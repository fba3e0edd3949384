"""What was typed is on disk once it is said to be saved, sealed, until it is handed in."""

import pytest

from protocol.errors import CatalogueMissingError, DamagedError, DiskFullError, ItemUnknownError
from protocol.errors.drafts import FillingHandedInError
from protocol.ids import ApplicationId
from station_agent.store.desk import drafts
from tests.station_agent.drafts.typing import (
    FANG,
    FIRST,
    MEI,
    SECOND,
    kept,
    opened_by,
    texts_of,
    types,
)
from tests.station_agent.power import Fuse, fit_fuse
from tests.station_agent.village import Village

NAME = "黄秀英"


async def test_what_was_typed_is_there_after_the_power_was_cut(village: Village) -> None:
    async with village.open() as station:
        at_ms = await types(station, {"name": NAME, "story": "半句"}, place="field-story")
        assert at_ms == village.clock.now_ms()
    async with village.open() as station:
        draft = await kept(station)
        assert draft is not None
        assert draft.content.texts == {"name": NAME, "story": "半句"}
        assert (draft.content.who, draft.content.place) == (NAME, "field-story")
        assert (draft.content.item, draft.content.name) == ("pension", "养老保险")
        assert draft.saved_ms == at_ms


async def test_nobody_reads_it_on_the_disk_of_a_locked_station(village: Village) -> None:
    async with village.open() as station:
        await types(station, {"name": NAME})
    files = [path.read_bytes() for path in village.data.glob("station.db*")]
    assert files
    for secret in (NAME, FANG):
        assert not any(secret.encode() in content for content in files)


async def test_a_save_that_changes_nothing_writes_nothing(village: Village) -> None:
    async with village.open() as station:
        first_ms = await types(station, {"name": NAME})
        await village.clock.advance(60)
        assert await types(station, {"name": NAME}) == first_ms
        assert await types(station, {"name": f"{NAME}妹"}) == village.clock.now_ms()
        draft = await kept(station)
        assert draft is not None
        assert (draft.begun_ms, draft.saved_ms) == (first_ms, village.clock.now_ms())


async def test_both_names_stay_in_a_draft_of_two(village: Village) -> None:
    async with village.open() as station:
        for clerk, name in ((FANG, "黄"), (MEI, "黄秀"), (FANG, "黄秀英")):
            await types(station, {"name": name}, clerk=clerk)
        draft = await kept(station)
        assert draft is not None
        assert list(draft.content.clerks) == [FANG, MEI]


async def test_it_goes_with_the_application_that_it_became(village: Village) -> None:
    async with village.open() as station:
        await types(station, {"name": NAME})
        await types(station, {"name": "另一位"}, SECOND)
        assert not await station.drafts.is_handed_in(FIRST)
        await station.intake.submit(village.submission(NAME, application=FIRST))
        assert await station.drafts.is_handed_in(FIRST)
        assert await kept(station) is None
        assert await texts_of(station, SECOND) == {"name": "另一位"}
        with pytest.raises(FillingHandedInError):
            await types(station, {"name": "交出后又填"})
        assert await kept(station) is None


async def test_an_item_that_is_not_there_is_begun_by_nobody(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        with pytest.raises(CatalogueMissingError):
            await types(station, {"name": NAME})
    async with village.open() as station:
        with pytest.raises(ItemUnknownError):
            await types(station, {"name": NAME}, item="no-such")
        assert await kept(station) is None


async def test_a_full_disk_keeps_what_was_saved_before(village: Village) -> None:
    fuse = Fuse()
    fuse.failure = DiskFullError("no room")
    async with village.open() as station:
        await types(station, {"name": NAME})
        for step in ("INSERT INTO drafts", "COMMIT"):
            take_out = fit_fuse(station, fuse)
            fuse.blows_at = step
            with pytest.raises(DiskFullError):
                await types(station, {"name": "没存上"})
            take_out()
            assert await texts_of(station) == {"name": NAME}
        await types(station, {"name": "存上了"})
        assert await texts_of(station) == {"name": "存上了"}


async def test_what_is_sealed_of_one_is_not_read_as_another(village: Village) -> None:
    async with village.open() as station:
        await types(station, {"name": NAME})
        await types(station, {"name": "另一位"}, SECOND)

        await station.database.write(
            lambda tx: tx.run(
                "UPDATE drafts SET sealed = (SELECT sealed FROM drafts WHERE application = ?)",
                (FIRST,),
            )
        )
        assert await texts_of(station) == {"name": NAME}
        with pytest.raises(DamagedError):
            await station.drafts.find(opened_by(station), SECOND)
        with pytest.raises(DamagedError):  # and is not written over
            await types(station, {"name": "又填"}, SECOND)


async def test_drafts_lie_in_the_order_in_which_they_were_begun(village: Village) -> None:
    async with village.open() as station:
        own = [ApplicationId(digit * 32) for digit in "951"]
        for application in own:
            await types(station, {"name": NAME}, application)
        await types(station, {"name": "后改"}, own[0])
        rows = await station.database.read(drafts.every)
        assert [row.application for row in rows] == own
