"""A batch: a common part and rows, each a draft of its own, checked as a single form is."""

import asyncio
import json

import pytest

from protocol.errors.drafts import FillingHandedInError
from protocol.errors.market import BatchFullError, BatchPasteError, BatchUnknownError
from protocol.ids import ApplicationId
from protocol.records.taken_in import SignedHow
from station_agent.app import Station
from station_agent.batches.calls import BatchHandedIn, SaveCommon, SaveRows
from station_agent.batches.columns import MAX_ROWS
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.batches.market import (
    BATCH,
    ID,
    PEOPLE,
    begins,
    found,
    opened,
    service_of,
)
from tests.station_agent.drafts.two_items import publish
from tests.station_agent.drafts.typing import MEI, texts_of
from tests.station_agent.village import Village


async def hands_in(station: Station) -> BatchHandedIn:
    return await station.gathering().hand_in(CLERK, opened(station), BATCH, "2026-11-28")


async def test_rows_are_drafts_with_the_common_part_in_each(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        batch = await begins(station)
        assert [one.name for one in batch.columns] == ["number", "name", "phone"]
        assert [row.who for row in batch.rows] == ["黄秀英", "陆大山"]
        assert await texts_of(station, batch.rows[0].application) == {
            "fuel": "柴",
            "number": ID,
            "name": "黄秀英",
            "phone": "13800000000",
        }
        listed = await service_of(station).listed(opened(station))
        assert [(one.name, one.rows, one.handed_in) for one in listed] == [("改灶补贴", 2, 0)]
        assert (await station.drafts.told(opened(station))).open == []  # they stand in the batch


@pytest.mark.parametrize(
    ("people", "names"),
    [
        ("姓名\t身份证号\r\n黄秀英\t" + ID + "\r\n", ["黄秀英"]),  # by the headings
        ("序号\t姓名\n1\t黄秀英\n\n2\t陆大山\n", ["黄秀英", "陆大山"]),
        (ID + '\t"黄\n秀英"\n', ["黄\n秀英"]),  # a cell with two lines
        (ID + "\t黄秀英\t\t\t\n", ["黄秀英"]),  # empty cells behind the last
    ],
)
async def test_a_table_is_pasted_with_its_headings_or_in_the_order_of_the_columns(
    village: Village, people: str, names: list[str]
) -> None:
    async with village.open() as station:
        await publish(village, station)
        batch = await begins(station, people)
        assert [row.texts["name"] for row in batch.rows] == names


@pytest.mark.parametrize(
    "people",
    [
        "姓名\t家庭住址\n黄秀英\t板送村\n",
        f"{ID}\t黄\t1\t2\n",
        f'{ID}\t"黄\n' + "字" * 140_000,  # a mark that opens a cell without an end
    ],
)
async def test_what_does_not_fit_the_table_is_refused_whole(village: Village, people: str) -> None:
    async with village.open() as station:
        await publish(village, station)
        await begins(station)
        with pytest.raises(BatchPasteError):
            await service_of(station).paste(CLERK, opened(station), BATCH, people)
        assert len((await found(station)).rows) == 2


async def test_faults_stand_at_the_row_and_column_and_the_same_person_twice_is_said(
    village: Village,
) -> None:
    async with village.open() as station:
        await publish(village, station)
        batch = await begins(station, f"{PEOPLE}123\t谁\t\n{ID}\t黄秀英\t\n")
        assert [[one.path for one in row.faults] for row in batch.rows] == [
            [],
            [],
            [("number",)],
            [],
        ]
        assert [row.same_as for row in batch.rows] == [None, None, None, 1]
        assert [row.is_whole for row in batch.rows] == [True, True, False, True]


async def test_a_row_that_was_typed_is_kept_and_a_blank_one_is_none(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        batch = await begins(station)
        first, new, blank = batch.rows[0].application, ApplicationId("c" * 32), "d" * 32
        rows = {
            first: {"number": ID, "name": "黄秀英妹", "phone": ""},
            new: {"number": "", "name": "韦三", "phone": ""},
            ApplicationId(blank): {"number": " ", "name": "", "phone": ""},
        }
        wanted = SaveRows(batch=BATCH, rows=rows)
        for _ in range(2):  # saved by itself, again and again
            await service_of(station).save_rows(CLERK, opened(station, MEI), wanted)
        batch = await found(station)
        assert [row.texts["name"] for row in batch.rows] == ["黄秀英妹", "陆大山", "韦三"]
        assert batch.rows[0].texts["phone"] == ""
        assert batch.rows[2].texts["fuel"] == "柴"
        assert batch.rows[0].draft
        assert MEI in batch.rows[0].draft.content.clerks


async def test_a_new_common_part_reaches_the_rows_but_not_what_a_row_says_otherwise(
    village: Village,
) -> None:
    async with village.open() as station:
        await publish(village, station)
        own = (await begins(station)).rows[0].application
        wanted = SaveRows(batch=BATCH, rows={own: {"fuel": "煤"}})
        await service_of(station).save_rows(CLERK, opened(station), wanted)
        common = SaveCommon(batch=BATCH, item="stove", texts={"fuel": "煤", "phone": "13900000000"})
        await service_of(station).save_common(CLERK, opened(station), common)
        batch = await found(station)
        assert [row.texts["fuel"] for row in batch.rows] == ["煤", "煤"]
        assert [row.texts["phone"] for row in batch.rows] == ["13800000000", "13900000000"]
        assert [one.name for one in batch.columns] == ["number", "name"]


async def test_each_whole_row_is_handed_in_once_and_a_wrong_one_stays(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        batch = await begins(station, f"{PEOPLE}123\t谁\t\n")
        assert [row.application for row in batch.unsigned] == [r.application for r in batch.ready]
        second = batch.rows[1].application
        await service_of(station).sign(CLERK, opened(station), BATCH, second)
        assert [row.signed for row in (await found(station)).lacking] == [False, False]
        done = await hands_in(station)
        assert (done.handed_in, done.before, done.left, done.refused) == (2, 0, 1, [])
        again = await hands_in(station)
        assert (again.handed_in, again.before, again.left) == (0, 2, 1)
        assert (await status_of(station))["counts"]["saved"] == 2
        await village.exchange(station)
        sent = village.county.open(village.envelope_of(batch.rows[0].application))
        assert json.loads(sent.form) == {
            "number": ID,
            "name": "黄秀英",
            "phone": "13800000000",
            "fuel": "柴",
        }
        assert sent.taken
        assert (sent.taken.clerk, sent.taken.village) == ("韦小芳", station.identity.code)
        signed = [sent.taken, village.county.open(village.envelope_of(second)).taken]
        told = [one.signed.how for one in signed if one and one.signed]
        assert told == [SignedHow.UNSIGNED, SignedHow.INK]
        rows = (await found(station)).rows
        assert [row.state for row in rows] == ["at_hub", "at_hub", "draft"]
        assert [row.who for row in rows] == ["黄秀英", "陆大山", "谁"]
        wanted = SaveRows(batch=BATCH, rows={rows[0].application: {"name": "x"}})
        with pytest.raises(FillingHandedInError):
            await service_of(station).save_rows(CLERK, opened(station), wanted)


async def test_a_row_that_lacks_a_paper_is_not_handed_in(village: Village) -> None:
    async with village.open() as station:
        wanted = SaveCommon(batch=BATCH, item="permit", texts={})
        await service_of(station).save_common(CLERK, opened(station), wanted)
        row = SaveRows(batch=BATCH, rows={ApplicationId("c" * 32): {"-": "x"}})
        await service_of(station).save_rows(CLERK, opened(station), row)
        assert [one.papers for one in (await found(station)).rows] == [["图纸"]]
        assert (await hands_in(station)).left == 1


async def test_who_is_taken_out_lies_in_the_bin(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        own = (await begins(station)).rows[0].application
        await service_of(station).take_out(CLERK, BATCH, own)
        assert [row.who for row in (await found(station)).rows] == ["陆大山"]
        told = await station.drafts.told(opened(station))
        assert [one.application for one in told.bin] == [own]
        with pytest.raises(BatchUnknownError):
            await service_of(station).take_out(CLERK, BATCH, own)


async def test_who_is_thrown_away_on_the_page_of_the_form_is_not_handed_in(
    village: Village,
) -> None:
    async with village.open() as station:
        await publish(village, station)
        own = (await begins(station)).rows[0].application
        await station.drafts.throw_away(CLERK, own)
        assert [row.who for row in (await found(station)).rows] == ["陆大山"]
        told = await station.drafts.told(opened(station))
        assert [one.application for one in told.bin] == [own]
        assert (await hands_in(station)).handed_in == 1
        assert not await station.drafts.is_handed_in(own)


async def test_what_others_do_to_a_row_meanwhile_counts(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        rows = (await begins(station, f"{ID}\t黄秀英\t\n" * 18)).rows
        thrown, changed = rows[16].application, rows[17].application
        wanted = SaveRows(batch=BATCH, rows={changed: {"name": "黄秀莲"}})
        others: list[asyncio.Future[object]] = []

        def report(_: object) -> None:
            if not others:  # before the first sixteen
                others.append(asyncio.ensure_future(station.drafts.throw_away(CLERK, thrown)))
                saving = service_of(station).save_rows(CLERK, opened(station), wanted)
                others.append(asyncio.ensure_future(saving))

        handing_in = station.gathering()
        done = await handing_in.hand_in(CLERK, opened(station), BATCH, "2026-11-28", report)
        await asyncio.gather(*others)
        assert (done.handed_in, len(done.refused)) == (17, 1)
        assert not await station.drafts.is_handed_in(thrown)
        assert (await found(station)).rows[-1].who == "黄秀莲"


async def test_a_batch_has_so_many_rows_and_no_more(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        await begins(station, "x\n" * MAX_ROWS)
        with pytest.raises(BatchFullError):
            await service_of(station).paste(CLERK, opened(station), BATCH, "x\n")
        assert len((await found(station)).rows) == MAX_ROWS


async def test_no_batch_is_found_that_is_not_there(village: Village) -> None:
    async with village.open() as station:
        with pytest.raises(BatchUnknownError):
            await found(station)
