"""A clerk who leaves hands over what she worked on, and her password opens nothing any more."""

from pathlib import Path

import pytest

from protocol.errors.desk import ClerkProofError, ClerkUnknownError
from protocol.ids import ApplicationId
from protocol.records.followups import Said, Supplement
from station_agent.app import Station
from station_agent.batches.calls import SaveCommon
from station_agent.clerks.calls import AddClerk, Proof, RemoveClerk, ShowHandover
from station_agent.clerks.handover_words import handover_lines
from station_agent.followups.calls import SendFollowUp
from tests.builders.clerk import CLERK
from tests.station_agent.batches.market import BATCH, PEOPLE, service_of
from tests.station_agent.desk.filling import carried, text_of
from tests.station_agent.desk.intake_items import HAND_IN, brings, checks, counter, types
from tests.station_agent.desk.visitor import FANG, WORD, Visitor
from tests.station_agent.drafts.two_items import publish
from tests.station_agent.village import Village

MEI, MEIS = "陆秋梅", "水牛过河不会湿背"
BY_FANG, BY_MEI = Proof(clerk=FANG, password=WORD), Proof(clerk=MEI, password=MEIS)


async def works(visitor: Visitor, until: str) -> str:
    """A draft of one, and an application of another with a paper that is to follow."""
    await types(visitor, name="黄大山")
    application = await types(visitor, name="黄秀英", bank="农信社")
    await brings(visitor, application, "card", 200)
    said = f"/items/subsidy/said/{application}"
    page = await checks(visitor, application)
    typed = {"token": carried(page)["token"], "-page": "check", "-owed.proof": until}
    await visitor.post(said, typed)
    done = await visitor.post(f"{HAND_IN}/{application}", {**carried(page), "-owed.proof": until})
    assert done.status == 303
    return application


async def supplements(station: Station, application: str, material: str, file: Path) -> None:
    sending = SendFollowUp(
        follow_up=ApplicationId(material.encode().hex().rjust(32, "0")),
        application=application,
        said=Said(subject=Supplement(words="")),
        files=[(material, file)],
    )
    await station.follow_ups.send(CLERK, sending)


async def test_rows_of_a_batch_that_are_not_handed_in_are_handed_over(village: Village) -> None:
    async with village.open() as station:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await publish(village, station)
        fang = await station.unlocking.unlock(BY_FANG)
        service = service_of(station)
        common = SaveCommon(batch=BATCH, item="stove", texts={"fuel": "柴"})
        await service.save_common(CLERK, fang, common)
        await service.paste(CLERK, fang, BATCH, PEOPLE)
        sheet = await station.handover.show(CLERK, ShowHandover(name=FANG, by=BY_FANG))
        assert [one.who for one in sheet.drafts] == ["黄秀英", "陆大山"]
        assert FANG in await station.handover.names(fang)


async def test_the_sheet_names_drafts_promises_and_applications(
    village: Village, tmp_path: Path
) -> None:
    async with counter(village) as (station, visitor):
        until = str(station.drafts.today())
        application = await works(visitor, until)
        await station.clerks.add(CLERK, AddClerk(name=MEI, password=MEIS, by=BY_FANG))
        with pytest.raises(ClerkProofError):
            await station.handover.show(CLERK, ShowHandover(name=FANG, by=Proof()))
        with pytest.raises(ClerkUnknownError):
            await station.handover.show(CLERK, ShowHandover(name="没有", by=BY_MEI))
        gone = await station.handover.remove(CLERK, RemoveClerk(name=FANG, by=BY_MEI))
        sheet = gone.handover
        assert [one.name for one in gone.clerks] == [MEI]
        assert FANG not in station.clerks.vault.clerks
        assert [one.who for one in sheet.drafts] == ["黄大山"]
        assert [(one.who, one.material, one.until) for one in sheet.owed] == [
            ("黄秀英", "居住证明", until)
        ]
        assert [one.application for one in sheet.taken] == [application]
        text = "\n".join(handover_lines(sheet))
        for words in (FANG, "黄大山", "居住证明", until, application[:8]):
            assert words in text
        brought = tmp_path / "卡.pdf"
        brought.write_bytes(b"%PDF-1.4 x")
        await supplements(station, application, "card", brought)  # the other one is still owed
        still = await station.handover.show(CLERK, ShowHandover(name=FANG, by=BY_MEI))
        assert still.owed == sheet.owed
        await supplements(station, application, "proof", brought)
        come = await station.handover.show(CLERK, ShowHandover(name=FANG, by=BY_MEI))
        assert come.owed == []
        mine = await station.handover.show(CLERK, ShowHandover(name=MEI, by=BY_MEI))
        assert (mine.drafts, mine.owed, mine.taken) == ([], [], [])


async def test_the_page_removes_her_and_still_prints_the_sheet(village: Village) -> None:
    async with counter(village) as (station, visitor):
        await types(visitor, name="黄大山")
        token = await visitor.token("/clerks")
        sent = {"token": token, "name": MEI, "password": MEIS, "again": MEIS, "by": "不是这个"}
        assert (await visitor.post("/clerks/add", sent)).status == 400
        assert (await visitor.post("/clerks/add", {**sent, "by": WORD})).status == 303
        assert list(station.clerks.vault.clerks) == [FANG, MEI]
        visitor.cookies.clear()
        await visitor.logs_in(MEI, MEIS)
        page = await text_of(visitor, "/clerks")
        keys = [one.split('"')[0] for one in page.split('href="/clerks/')[1:]]
        assert len(keys) == 2
        sheet = f"/clerks/{keys[0]}"
        assert "黄大山" in await text_of(visitor, sheet)
        own = {"token": await visitor.token("/clerks"), "by": MEIS}
        assert (await visitor.post(f"/clerks/{keys[1]}", own)).status == 400
        wrong = await visitor.post(sheet, {**own, "by": "不是这个"})
        assert wrong.status == 400
        assert FANG in station.clerks.vault.clerks
        gone = await visitor.post(sheet, own)
        assert gone.headers["Location"] == sheet
        assert list(station.clerks.vault.clerks) == [MEI]
        page = await text_of(visitor, sheet)
        assert "已移除" in page
        assert "黄大山" in page
        assert FANG not in sheet


async def test_a_clerk_changes_her_own_password(village: Village) -> None:
    async with counter(village) as (station, visitor):
        sent = {"token": await visitor.token("/clerks"), "by": WORD, "new": MEIS, "again": MEIS}
        assert (await visitor.post("/clerks/password", sent)).headers["Location"] == "/login"
        opened = await station.unlocking.unlock(Proof(clerk=FANG, password=MEIS))
        assert opened.clerk == FANG
