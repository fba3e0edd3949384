"""The clerk prints a slip: what stands on it, which copy it is, and whether it came out."""

import re
from pathlib import Path

import pytest

from protocol.errors import NameTakenError
from runtime.node.slips import SaveSlipPage
from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.station_agent.desk.filling import carried, text_of
from tests.station_agent.desk.intake_items import HAND_IN, brings, changed, checks, counter, types
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village

RULE = {
    "basis": "价费〔2003〕1号",
    "collector": "龙州县公安局",
    "effective_from": "2019-01-01",
    "form": {"kind": "lookup", "by": "bank", "amounts": {"丢失补领": "40", "到期换领": "20"}},
}


async def printed(visitor: Visitor, application: str, paper: str = "") -> tuple[str, str]:
    """Where one more copy is shown, and its page."""
    path = f"/applications/{application}"
    form = {"token": await visitor.token(path)}
    asked = await visitor.post(f"{path}/slip{paper}", form)
    assert asked.status == 303
    where = asked.headers["Location"]
    return where, await (await visitor.get(where)).text()


async def test_the_sheet_says_what_was_taken_in_and_what_that_proves(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await station.intake.submit(village.submission("黄秀英"))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        where, text = await printed(visitor, application)
        assert where == f"/applications/{application}/slip/1?paper=a5"
        _, _, sheet = text.partition('<section class="sheet">')
        for said in ("养老保险", "**英", application[:8], FANG, "本事项不收费", "它不说明："):
            assert said in sheet, said
        assert "黄秀英" not in text
        assert "补打" not in text
        assert sheet.count("<path") == 1  # the code, as SVG in the page
        rows = "".join(re.findall("<code>([^<]+)</code>", sheet))
        asked = await visitor.post("/slips", {"token": await visitor.token("/slips"), "text": rows})
        said = await asked.text()
        assert asked.status == 200
        assert "凭证属实" in said
        assert application in said


async def test_a_sheet_that_did_not_come_out_is_printed_again_with_its_number(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await station.intake.submit(village.submission("黄秀英"))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        where, _ = await printed(visitor, application, "?paper=roll")
        path, _, _ = where.partition("?")
        assert where.endswith("?paper=roll")
        form = {"token": await visitor.token(where), "paper": "roll", "came_out": "no"}
        again = await visitor.post(path, form)
        assert again.headers["Location"] == f"/applications/{application}/slip/2?paper=roll"
        text = await (await visitor.get(again.headers["Location"])).text()
        assert "<strong>补打 1</strong>" in text
        assert "/static/slip-roll.css" in text
        form = {"token": await visitor.token(again.headers["Location"]), "came_out": "yes"}
        done = await visitor.post(f"/applications/{application}/slip/2", form)
        assert done.headers["Location"] == f"/applications/{application}"
        shown = await (await visitor.get(done.headers["Location"])).text()
        assert re.search(f"{FANG} *没有出来", shown)
        assert re.search(f"{FANG} 补打 1 *出来了", shown)


async def test_other_words_and_other_copies_are_refused(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await station.intake.submit(village.submission("黄秀英"))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        where, _ = await printed(visitor, application)
        path, _, _ = where.partition("?")
        form = {"token": await visitor.token(where), "came_out": "maybe"}
        assert (await visitor.post(path, form)).status == 400
        absent = await visitor.get(f"/applications/{application}/slip/2")
        assert absent.status == 400
        assert "slip.copy" in await absent.text()
        form = {"token": await visitor.token("/slips"), "text": "YZ1:NONSENSE"}
        refused = await visitor.post("/slips", form)
        assert refused.status == 400
        assert "slip.typed" in await refused.text()


async def handed_in(visitor: Visitor, bank: str) -> str:
    """The slip of an application with all of its papers."""
    own = await types(visitor, name="黄秀英", bank=bank)
    await brings(visitor, own, "card", 200)
    await brings(visitor, own, "proof", 100)
    sent = carried(await checks(visitor, own))
    assert (await visitor.post(f"{HAND_IN}/{own}", sent)).status == 303
    return (await printed(visitor, own))[1]


async def test_the_slip_shows_what_was_computed_from_the_form(village: Village) -> None:
    async with counter(village) as (station, visitor):
        changed(village, fee_rules=[RULE])
        await village.exchange(station)
        for bank, total in (("丢失补领", "40.00"), ("别的", "")):
            text = await handed_in(visitor, bank)
            assert ("40.00 元" in text) is bool(total)
            assert "价费〔2003〕1号" in text
            assert "本事项不收费" not in text


async def test_the_slip_names_no_amount_that_a_paper_may_lower(village: Village) -> None:
    """Who looks at the paper says what is to be paid: a slip would ask for too much."""
    relief = {"name": "低保减半", "factor": "0.5", "basis": "样例减免文件", "evidence": "proof"}
    rule = {**RULE, "relief": [{**relief, "when": "bank == '丢失补领'"}]}
    async with counter(village) as (station, visitor):
        changed(village, fee_rules=[rule])
        await village.exchange(station)
        text = await handed_in(visitor, "丢失补领")
        assert not re.search(r"\d\.\d\d 元", text)
        assert "价费〔2003〕1号" in text
        assert "本事项不收费" not in text


async def test_the_file_that_stands_alone_is_saved_with_this_station_s_key(
    village: Village, tmp_path: Path
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        assert (await visitor.get("/slips/page")).status == 303
        await visitor.logs_in()
        assert "/slips/page" in await text_of(visitor, "/slips")
        answer = await visitor.get("/slips/page")
        page = await answer.read()
        assert answer.headers["Content-Disposition"].startswith("attachment")
        keys = [key.hex() for key in station.identity.signing_keys]
        assert all(key.encode() in page for key in keys)
        assert b"@S" not in page
        to = tmp_path / "slips.html"
        verifier = station.serving().verifier
        saved = await verifier.save_page(CLERK, SaveSlipPage(to=to))
        assert (to.read_bytes(), saved.to) == (page, str(to))
        with pytest.raises(NameTakenError):
            await verifier.save_page(CLERK, SaveSlipPage(to=to))
