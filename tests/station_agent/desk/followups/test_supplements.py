"""Papers that follow: what was promised is named, and what is brought reaches the same case."""

import hashlib

from protocol.envelope.blob import open_chunks
from protocol.envelope.payloads import ReceiptState
from protocol.records.followups import Supplement
from station_agent.store.desk import owed
from tests.station_agent.desk.filling import text_of
from tests.station_agent.desk.followups.after import (
    UNTIL,
    follow_ups,
    handed_in,
    presses,
)
from tests.station_agent.desk.intake_items import brings, counter
from tests.station_agent.desk.visitor import FANG
from tests.station_agent.village import Village


async def test_what_is_owed_stands_on_today_s_page_and_leads_to_one_page(
    village: Village,
) -> None:
    async with counter(village) as (_, visitor):
        application = await handed_in(visitor, owing=True)
        one = f"/applications/{application}"
        today = await text_of(visitor, "/today")
        assert f"居住证明，{UNTIL} 前" in today
        assert f'action="{one}/supplement"' in today
        assert f"还欠“居住证明”，说好 {UNTIL} 前补来" in await text_of(visitor, one)

        papers = await presses(visitor, f"{one}/supplement", "/today")
        assert await presses(visitor, f"{one}/supplement", "/today") == papers  # begun once
        page = await text_of(visitor, papers)
        assert f"说好 {UNTIL} 前补来" in page
        assert page.index("居住证明") < page.index("居民身份证")  # what is owed comes first
        assert "补交材料" in await text_of(visitor, "/drafts")


async def test_what_is_brought_reaches_the_county_with_who_brought_it(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await handed_in(visitor, owing=True)
        one, words = f"/applications/{application}", "派出所补开的"
        papers = await presses(visitor, f"{one}/supplement", one)
        own = papers.rpartition("/")[2]
        await brings(visitor, own, "proof", 320)
        led = await presses(visitor, f"{one}/supplement/{own}", papers, words=words)
        assert led == f"{one}?sent#followed"
        shown = await text_of(visitor, f"{one}?sent")
        assert "已存在本机，等待送出" in shown
        assert words in shown
        assert "还欠“居住证明”" not in shown
        today = await text_of(visitor, "/today")
        assert "没有还欠的材料" in today
        assert "补交的，县里还没收到" in today
        await village.exchange(station)
        (sent,) = follow_ups(village)
        assert (sent.follow_up.hex(), sent.application.hex()) == (own, application)
        assert (sent.said.subject, sent.said.clerk) == (Supplement(words=words), FANG)
        (file,) = sent.attachments
        plain = b"".join(open_chunks(file.key, [bytes(village.parent.blobs[file.blob])]))
        assert (file.material, file.name) == ("proof", "proof-1.jpg")
        assert (len(plain), hashlib.sha256(plain).digest()) == (file.size, file.sha256)


async def test_its_own_proof_stands_in_the_chain(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await handed_in(visitor)
        one = f"/applications/{application}"
        papers = await presses(visitor, f"{one}/supplement", one)
        own = papers.rpartition("/")[2]
        await brings(visitor, own, "card", 320)
        await presses(visitor, f"{one}/supplement/{own}", papers)
        await village.exchange(station)
        assert "后来交的，县里收到" not in await text_of(visitor, f"{one}/chain")
        (envelope,) = [one for one in village.parent.envelopes.values() if one.header.seq == 2]
        village.parent.send(village.county.receipt(envelope.id, ReceiptState.RECEIVED))
        await village.exchange(station)
        chain = await text_of(visitor, f"{one}/chain")
        assert "后来交的，县里收到" in chain
        assert "补交材料" in chain
        assert "补交的，县里还没收到" not in await text_of(visitor, "/today")
        answer = await visitor.get(papers)  # an old address leads to the application
        assert answer.headers["Location"] == f"{one}#followed"


async def test_nothing_goes_without_a_page_and_what_was_said_stays(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await handed_in(visitor, owing=True)
        one = f"/applications/{application}"
        papers = await presses(visitor, f"{one}/supplement", one)
        send = papers.replace("/papers/subsidy/", f"{one}/supplement/")
        answer = await visitor.post(send, {"token": await visitor.token(papers), "words": "等等"})
        text = await answer.text()
        assert "followup.no-pages" in text
        assert "“居住证明”还没有收下一页" in text
        assert "“居民身份证”还没有收下一页" not in text
        assert 'aria-describedby="proof-lacks"' in text
        assert ">\n等等</textarea>" in text
        assert follow_ups(village) == []
        form = f"/items/subsidy/form/{papers.rpartition('/')[2]}"
        assert (await visitor.get(form)).headers["Location"] == papers  # they have no form
        shown = await station.follow_ups.under_way()
        assert shown == []


async def test_what_the_county_refused_is_owed_again(
    village: Village,
) -> None:
    async with counter(village) as (station, visitor):
        application = await handed_in(visitor, owing=True)
        one = f"/applications/{application}"
        papers = await presses(visitor, f"{one}/supplement", one)
        own = papers.rpartition("/")[2]
        await brings(visitor, own, "proof", 320)
        await presses(visitor, f"{one}/supplement/{own}", papers)
        await village.exchange(station)
        (envelope,) = [one for one in village.parent.envelopes.values() if one.header.seq == 2]
        village.parent.send(village.county.rejection(envelope.id, "followup.wrong"))
        await village.exchange(station)
        assert f"居住证明，{UNTIL} 前" in await text_of(visitor, "/today")
        assert "县里没有收下" in await text_of(visitor, one)


async def test_a_promise_survives_a_lost_database(village: Village) -> None:
    async with counter(village) as (_, visitor):
        application = await handed_in(visitor, owing=True)
        other = await handed_in(visitor, owing=True)
        one = f"/applications/{other}"
        papers = await presses(visitor, f"{one}/supplement", one)
        own = papers.rpartition("/")[2]
        await brings(visitor, own, "proof", 320)
        await presses(visitor, f"{one}/supplement/{own}", papers)
    for path in village.data.glob("station.db*"):
        path.unlink()
    async with village.open() as station:
        found = await station.database.read(owed.every)
        assert [(one.application, one.until) for one in found] == [(application, UNTIL)]


async def test_a_page_that_never_came_to_the_county_is_said_with_what_to_do(
    village: Village,
) -> None:
    async with counter(village) as (station, visitor):
        application = await handed_in(visitor)
        one = f"/applications/{application}"
        papers = await presses(visitor, f"{one}/supplement", one)
        own = papers.rpartition("/")[2]
        await brings(visitor, own, "card", 320)
        await presses(visitor, f"{one}/supplement/{own}", papers)
        await village.exchange(station)
        (sent,) = follow_ups(village)
        (envelope,) = [one for one in village.parent.envelopes.values() if one.header.seq == 2]
        village.parent.send(village.county.receipt(envelope.id, ReceiptState.RECEIVED))
        missing = village.county.notice(sent.attachments[0].blob, "peer.blob-missing", blob=True)
        village.parent.send(missing)
        await village.exchange(station)
        page = await text_of(visitor, one)
        assert "错误代码 <code>peer.blob-missing</code>" in page
        assert "把缺的那一页再交一次" in page
        assert "看原因" in await text_of(visitor, "/today")
