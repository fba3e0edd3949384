"""Returned for correction: the county's words where they belong, and one second version."""

import re

from protocol.envelope.payloads import Application
from protocol.errors import NotReturnedError
from protocol.ids import ApplicationId
from protocol.records.corrections import FieldFault
from protocol.records.taken_in import SignedHow
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk, Proof
from tests.builders.clerk import CLERK
from tests.station_agent.desk.filling import carried, text_of
from tests.station_agent.desk.followups.after import (
    applications,
    handed_in,
    presses,
    returned,
)
from tests.station_agent.desk.intake_items import CHECK, HAND_IN, brings, counter
from tests.station_agent.desk.visitor import FANG, WORD, Visitor
from tests.station_agent.village import Village

MEI = "陆秋梅"
BANK = FieldFault(field="bank", words="开户行写全称")
GONE = FieldFault(field="household.0.name", words="与户口簿不一致")
CARD = FieldFault(material="card", page=2, words="反面不清楚")


async def begun(village: Village, station: Station, visitor: Visitor) -> tuple[str, str]:
    """The application that was returned, and the form of its correction."""
    application = await handed_in(visitor)
    await returned(village, station, application, BANK, GONE, CARD)
    return application, await presses(visitor, f"/applications/{application}/correct", "/today")


def signed(application: Application) -> tuple[SignedHow, str]:
    """How it was signed, and who insisted."""
    assert application.taken is not None
    assert application.taken.signed is not None
    return application.taken.signed.how, application.taken.insisted


async def test_the_words_stand_at_the_field_and_old_beside_new(village: Village) -> None:
    async with counter(village) as (station, visitor):
        _, form = await begun(village, station, visitor)
        page = await text_of(visitor, form)
        assert 'name="name" id="f-name"' in page
        assert 'value="黄秀英"' in page
        at_field = page[page.index('id="f-bank-about"') :]
        assert "县里说：开户行写全称（退回的那件填的是“农信社”）" in at_field[:300]
        assert "与户口簿不一致" in page  # the form has no such field
        assert "household.0.name" in page
        assert "请照着改" in page
        assert "到期没有交回的，县里可以按撤回处理" in page
        assert "县里没有写最迟哪天" in page
        typed = {"name": "黄秀英", "bank": "龙州县农村信用合作联社"}
        await presses(visitor, form, form, **typed)
        check = await text_of(visitor, form.replace("/form/", "/check/"))
        changes = check[check.index("和退回的那件比") :]
        assert "农信社" in changes
        assert typed["bank"] in changes


async def test_the_words_stand_at_the_page_and_the_papers_need_not_come_again(
    village: Village,
) -> None:
    async with counter(village) as (station, visitor):
        application, form = await begun(village, station, visitor)
        papers = form.replace("/items/subsidy/form/", "/papers/subsidy/")
        page = await text_of(visitor, papers)
        assert page.count('class="sheet-card"') == 2 * 3  # three pages, and the same as they were
        assert "第 2 页：反面不清楚" in page
        old = page[page.index(f"/applications/{application}/sheet/") :].partition('"')[0]
        answer = await visitor.get(old)
        assert answer.status == 200
        assert answer.content_type == "image/jpeg"
        assert await presses(visitor, f"/applications/{application}/correct", "/drafts") == form
        await presses(visitor, f"/applications/{application}/bring/{form[-32:]}", papers)
        assert (await text_of(visitor, papers)).count('class="sheet-card"') == 2 * 3  # not twice


async def test_the_second_version_names_the_first_and_both_clerks_stay(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application, form = await begun(village, station, visitor)
        by = Proof(clerk=FANG, password=WORD)
        await station.clerks.add(CLERK, AddClerk(name=MEI, password=WORD[::-1], by=by))
        await visitor.logs_in(MEI, WORD[::-1])
        assert "这份草稿由韦小芳填过" in await text_of(visitor, form)
        await presses(visitor, form, form, name="黄秀英", bank="农业银行")
        assert "韦小芳、陆秋梅" in await text_of(visitor, "/drafts")
        own = form[-32:]
        await brings(visitor, own, "card", 330)
        sent = carried(await text_of(visitor, f"{CHECK}/{own}"))
        await presses(visitor, f"{HAND_IN}/{own}", f"{CHECK}/{own}", **sent)
        await village.exchange(station)
        first, second = applications(village)
        assert (second.application.hex(), second.corrects.hex()) == (own, application)
        assert first.application.hex() == application
        assert '"农业银行"' in second.form
        assert second.taken is not None
        assert second.taken.clerk == MEI
        assert [one.material for one in second.attachments] == ["card", "card", "card", "proof"]
        assert {one.sha256 for one in first.attachments} < {
            one.sha256 for one in second.attachments
        }
        assert not {one.blob for one in first.attachments} & {
            one.blob for one in second.attachments
        }
        assert "没有要补正的" in await text_of(visitor, "/today")
        assert f'href="/applications/{own}"' in await text_of(
            visitor, f"/applications/{application}"
        )
        assert f'href="/applications/{application}"' in await text_of(
            visitor, f"/applications/{own}"
        )


async def test_the_paper_of_a_correction_is_printed_after_it_was_answered(
    village: Village,
) -> None:
    async with counter(village) as (station, visitor):
        application, form = await begun(village, station, visitor)
        own = form[-32:]
        await presses(visitor, form, form, name="黄秀英", bank="农业银行")
        await brings(visitor, own, "card", 330)
        sent = carried(await text_of(visitor, f"{CHECK}/{own}"))
        await presses(visitor, f"{HAND_IN}/{own}", f"{CHECK}/{own}", **sent)
        page = await text_of(visitor, f"/applications/{application}")
        assert "已经改好再交" in page
        (answer,) = set(re.findall(r'href="(/applications/[0-9a-f]{32}/answers/\d+)"', page))
        paper = await text_of(visitor, f"{answer}/sheet")
        assert "已经改好再交" in paper  # it is printed as long as it is kept
        assert "送达回证" in paper
        assert answer not in await text_of(visitor, "/today")


async def test_who_signed_and_who_insisted_is_asked_again(village: Village) -> None:
    async with counter(village) as (station, visitor):
        before = {"-signed": "ink", "-photo": "card", "-insist": "yes", "-insisted": "黄秀英"}
        application = await handed_in(visitor, more=before)
        await returned(village, station, application, BANK)
        assert signed(applications(village)[0]) == (SignedHow.INK, "")
        form = await presses(visitor, f"/applications/{application}/correct", "/today")
        await presses(visitor, form, form, name="黄秀英", bank="农业银行")
        check = await text_of(visitor, form.replace("/form/", "/check/"))
        assert "checked" not in check
        assert 'name="-insisted"' not in check  # nothing is missing by now
        sent = carried(check)
        await presses(visitor, f"{HAND_IN}/{form[-32:]}", form.replace("/form/", "/check/"), **sent)
        await village.exchange(station)
        assert signed(applications(village)[-1]) == (SignedHow.UNSIGNED, "")


async def test_what_was_not_returned_is_not_corrected(village: Village) -> None:
    async with counter(village) as (_, visitor):
        application = await handed_in(visitor)
        one = f"/applications/{application}"
        answer = await visitor.post(f"{one}/correct", {"token": await visitor.token(one)})
        assert NotReturnedError.code in await answer.text()
        assert "没有草稿" in await text_of(visitor, "/drafts")


async def test_what_the_county_could_not_take_goes_again_and_names_the_old(
    village: Village,
) -> None:
    async with counter(village) as (station, visitor):
        application = await handed_in(visitor)
        await village.exchange(station)
        village.parent.send(
            village.county.rejection(village.envelope_of(application).id, "intake.form-invalid")
        )
        await village.exchange(station)
        one = f"/applications/{application}"
        page = await text_of(visitor, one)
        assert "下一步：照原来填的改好，另交一件" in page
        assert "错误代码 <code>intake.form-invalid</code>" in page
        form = await presses(visitor, f"{one}/renew", one)
        assert "县里收不了的原因" in await text_of(visitor, form)
        own = form[-32:]
        sent = carried(await text_of(visitor, f"{CHECK}/{own}"))
        await presses(visitor, f"{HAND_IN}/{own}", f"{CHECK}/{own}", **sent)
        await village.exchange(station)
        (again,) = [one for one in applications(village) if one.application.hex() == own]
        assert (again.supersedes.hex(), again.corrects) == (application, b"")
        assert "下一步：照原来填的改好" not in await text_of(visitor, one)


async def test_a_correction_that_could_not_be_taken_goes_again_as_that_alone(
    village: Village,
) -> None:
    async with counter(village) as (station, visitor):
        _, form = await begun(village, station, visitor)
        correction = form[-32:]
        await presses(visitor, form, form, name="黄秀英", bank="农业银行")
        sent = carried(await text_of(visitor, f"{CHECK}/{correction}"))
        await presses(visitor, f"{HAND_IN}/{correction}", f"{CHECK}/{correction}", **sent)
        await village.exchange(station)
        envelope = village.envelope_of(ApplicationId(correction))
        village.parent.send(village.county.rejection(envelope.id, "intake.form-invalid"))
        await village.exchange(station)
        one = f"/applications/{correction}"
        own = (await presses(visitor, f"{one}/renew", one))[-32:]
        sent = carried(await text_of(visitor, f"{CHECK}/{own}"))
        await presses(visitor, f"{HAND_IN}/{own}", f"{CHECK}/{own}", **sent)
        await village.exchange(station)
        again = applications(village)[-1]
        assert again.application.hex() == own
        assert (again.supersedes.hex(), again.corrects) == (correction, b"")


async def test_the_last_day_and_where_stand_on_the_page_of_the_returned_one(
    village: Village,
) -> None:
    async with counter(village) as (station, visitor):
        application = await handed_in(visitor)
        await returned(village, station, application, BANK, GONE, CARD, until="2026-10-09")
        page = await text_of(visitor, f"/applications/{application}")
        assert "请在 2026-10-09 前改好交回" in page
        assert "开户行：开户行写全称" in page
        assert "household.0.name：与户口簿不一致" in page
        assert "居民身份证 第 2 页：反面不清楚" in page
