"""Cases on the console: listed, found, each on one page, with papers that can not run there."""

import re

import pytest

from central.accounts.roles import StaffRole
from central.county.casework.calls import IssueDocument
from protocol.envelope.payloads import Outcome
from protocol.records.corrections import FieldFault
from protocol.records.followups import (
    Delivered,
    Letter,
    LetterKind,
    NewContact,
    Objection,
    PosterState,
    Posting,
    Rating,
    Supplement,
    Telling,
    Visit,
    Way,
    Withdrawal,
)
from protocol.records.taken_in import (
    Agent,
    AgentKind,
    Mode,
    Owed,
    Page,
    Scope,
    Side,
    Signature,
    SignedHow,
    TakenIn,
)
from tests.central.county.review.test_queue_page import PAGE, PNG, Office

HANDLER = StaffRole.HANDLER
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


async def test_a_page_shows_form_papers_what_followed_and_what_was_decided(office: Office) -> None:
    village = await office.centre.village()
    front, back = village.scan(PNG, name="b.png"), village.scan(PNG + b"2", name="a.png")
    taken = TakenIn(
        clerk="农小芳",
        mode=Mode.AGENT,
        agent=Agent(name="韦代办", kind=AgentKind.VILLAGE, scope=(Scope.APPLY, Scope.COLLECT)),
        owed=(Owed(material="photo", until="2027-01-31"),),
        window_day="2026-11-20",
        pages=(Page(attachment=0, side=Side.BACK), Page(attachment=1, side=Side.FRONT)),
    )
    form = {"name": "样福丽", "age": 61}
    await office.centre.bring(village.submit(front, back, form=form, taken=taken), front, back)
    late = village.scan(PNG + b"3", material="photo", name="late.png")
    said = (
        Withdrawal(by="样福丽", words="搬走了"),
        NewContact(phone="13800000001", name="儿子"),
        Telling(what=Delivered.TOLD, way=Way.TELEPHONE, person="样福丽本人"),
        Rating(level=2, words="等得太久"),
        Posting(what=PosterState.PLACED, place="村委会公告栏"),
        Objection(words="他不在本村住"),
        Visit(visitors=("甲某", "乙某"), words="家中三口人"),
        Letter(kind=LetterKind.SUGGESTION, words="多开一天窗口"),
    )
    await office.centre.bring(village.follow_up(Supplement(words="照片来了"), late), late)
    await office.centre.bring(*(village.follow_up(one) for one in said))
    (case,) = await office.centre.cases()
    fault = FieldFault(field="age", words="年龄不对")
    await office.centre.county.flows.decide(
        case["case"], outcome=Outcome.CORRECTION, note="请改年龄", faults=[fault]
    )
    slip = IssueDocument(case=case["case"], name="受理通知书", note="已受理", days=5)
    await office.centre.county.casework.documents.issue(slip)
    reader = await office.reader(HANDLER)

    page = await (await reader.get(f"/cases/{case['case']}")).text()

    for words in (
        *("养老保险参保登记", "样福丽", "61", "农小芳", "韦代办", "村代办员", "代申请", "代领取"),
        *("代办", "2027-01-31", "已补交", "2026-11-20", "居民身份证", "正面", "背面"),
        *("补交材料", "照片来了", "撤回申请", "搬走了", "13800000001", "儿子", "告知内容", "电话"),
        *("样福丽本人", "不满意", "等得太久", "张贴", "村委会公告栏", "他不在本村住", "没有署名"),
        *("甲某、乙某", "家中三口人", "建议", "多开一天窗口", "退回补正", "请改年龄", "年龄不对"),
        *("申请人要撤回这一件", "已收到", "还没有进备份"),
        *("受理通知书", "5 个工作日"),
    ):
        assert words in page, words
    assert page.index("正面") < page.index("背面")
    assert "<title>办件 " in page
    assert "样福丽" not in page[: page.index("</title>")]
    assert ("handler (web)", "county.case", case["case"]) in office.noted()


async def test_an_address_that_no_database_takes_is_answered_in_words(office: Office) -> None:
    await office.centre.village()
    reader = await office.reader(HANDLER)
    assert (await reader.get("/cases?item=a%00b")).status == 200
    assert (await reader.get("/cases?after=1.a%00b.00")).status == 400


async def test_the_page_of_a_case_shows_every_way_of_telling(office: Office) -> None:
    village = await office.centre.village()
    told = [
        Telling(what=Delivered.TOLD, way=way, person="样福丽", witnesses=("甲某", "乙某"))
        for way in Way
    ]
    await office.centre.bring(village.submit(), *(village.follow_up(one) for one in told))
    (case,) = await office.centre.cases()
    answer = await (await office.reader(HANDLER)).get(f"/cases/{case['case']}")
    assert answer.status == 200
    page = await answer.text()
    for words in ("当面", "代理人", "电话", "邮寄", "拒收，留置"):
        assert words in page, words


async def test_a_page_shows_what_the_village_signed_doubted_and_did_itself(office: Office) -> None:
    village = await office.centre.village()
    card = village.scan(PNG)
    signed = Signature(how=SignedHow.PRINT, witness="见某", material="id-card")
    taken = TakenIn(
        clerk="农小芳", mode=Mode.DIRECT, signed=signed, doubtful=("age-60",), done="当场办好了"
    )
    await office.centre.bring(village.submit(card, taken=taken), card)
    (case,) = await office.centre.cases()
    await office.centre.county.flows.decide(
        case["case"], outcome=Outcome.CORRECTION, note="", until="2027-01-31"
    )
    page = await (await (await office.reader(HANDLER)).get(f"/cases/{case['case']}")).text()
    for words in ("捺印", "见某", "签字的照片", "age-60", "当场办好了", "最迟 2027-01-31"):
        assert words in page, words


async def test_a_page_shows_that_it_is_not_signed_or_not_photographed(office: Office) -> None:
    village = await office.centre.village()
    signatures = {
        "没有签字": Signature(how=SignedHow.UNSIGNED),
        "签字的纸没有拍照": Signature(how=SignedHow.INK),
    }
    reader = await office.reader(HANDLER)
    for words, signed in signatures.items():
        await office.centre.bring(village.submit(taken=TakenIn(clerk="农小芳", signed=signed)))
        (case,) = [
            one
            for one in await office.centre.cases()
            if one["application"] == village.applications[-1].hex()
        ]
        page = await (await reader.get(f"/cases/{case['case']}")).text()
        assert [one for one in signatures if f"▲ {one}" in page] == [words]


async def test_a_picture_is_shown_in_place_and_nothing_else_can_run(office: Office) -> None:
    village = await office.centre.village()
    files = [("a.png", PNG), ("b.html", PAGE), ("c.svg", SVG), ("d.png", PAGE), ("e.pdf", b"%PDF")]
    scans = [village.scan(data, name=name) for name, data in files]
    await office.centre.bring(village.submit(*scans), *scans)
    (case,) = await office.centre.cases()
    reader = await office.reader(HANDLER)
    page = await (await reader.get(f"/cases/{case['case']}")).text()
    shown = re.findall(r'<img src="([^"]+)" loading="lazy"', page)
    assert shown == [f"/cases/{case['case']}/files/application/{n}" for n in (0, 3)]
    for position, (_, data) in enumerate(files):
        answer = await reader.get(f"/cases/{case['case']}/files/application/{position}")
        picture = position == 0
        assert answer.content_type == ("image/png" if picture else "application/octet-stream")
        way = answer.headers["Content-Disposition"].partition(";")[0]
        assert way == ("inline" if picture else "attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert await answer.read() == data
    assert office.noted()[0] == ("handler (web)", "county.file", case["case"])
    saved = await reader.get(f"/cases/{case['case']}/files/application/0?save")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    for wrong in ("application/9", "result/0", f"{'0' * 32}/0"):
        assert (await reader.get(f"/cases/{case['case']}/files/{wrong}")).status == 400


async def test_cases_are_found_by_number_and_by_name_without_the_name_in_an_address(
    office: Office,
) -> None:
    village = await office.centre.village()
    for name in ("韦小芳", "韦小芳", "农大山"):
        await office.centre.bring(village.submit(form={"name": name}))
    one, two, three = [case["case"] for case in await office.centre.cases()]
    reader = await office.reader(HANDLER)
    listed = await (await reader.get("/cases")).text()
    assert all(number in listed for number in (one, two, three))
    gone = await reader.post("/cases/find", {"text": three, "after": ""})
    assert (gone.status, gone.headers["Location"]) == (303, f"/cases/{three}")
    pasted = village.applications[0].hex().upper()
    gone = await reader.post("/cases/find", {"text": pasted, "after": ""})
    assert gone.headers["Location"] == f"/cases/{one}"
    found = await reader.post("/cases/find", {"text": "韦小", "after": ""})
    text = await found.text()
    assert found.status == 200
    assert (one in text, two in text, three in text) == (True, True, False)
    assert 'href="/cases?' not in text.replace('href="/cases?state=open"', "")
    record = office.centre.scene.authority.audit.newest(0, 50)
    assert not [one for one in record if "韦小" in f"{one.subject}{one.detail}"]
    none = await reader.post("/cases/find", {"text": "451423-2026-XX999999", "after": ""})
    assert none.status == 400
    assert 'value="451423-2026-XX999999"' in await none.text()  # what was typed stays
    assert (await reader.get("/cases/451423-2026-XX999999")).status == 400


async def test_filters_stand_in_the_address_and_go_on_to_the_next_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.county.casework.operations.LINES", 2)
    village = await office.centre.village()
    for _ in range(3):
        await office.centre.bring(village.submit())
        office.centre.clock.jump_wall(ms=1)
    numbers = [case["case"] for case in await office.centre.cases()]
    await office.centre.county.flows.decide(numbers[2], outcome=Outcome.REFUSED, note="不符合条件")
    reader = await office.reader(HANDLER)
    hub = office.centre.ground.nodes.hub.node
    first = await (await reader.get(f"/cases?hub={hub}&item=pension")).text()
    assert (numbers[2] in first, numbers[1] in first, numbers[0] in first) == (True, True, False)
    (more,) = re.findall(r'href="(/cases\?[^"]*after=[^"]+)"', first)
    assert f"hub={hub}" in more
    second = await (await reader.get(more.replace("&amp;", "&"))).text()
    assert (numbers[1] in second, numbers[0] in second) == (False, True)
    refused = await (await reader.get("/cases?state=decided")).text()
    assert (numbers[2] in refused, numbers[1] in refused, "不予" in refused) == (True, False, True)
    for odd in ("state=x", "hub=x", "item=x"):
        assert (await reader.get(f"/cases?{odd}")).status == 200
    assert (await reader.get("/cases?after=x")).status == 400


@pytest.mark.parametrize("role", [one for one in StaffRole if one is not HANDLER])
async def test_nobody_else_sees_a_case(office: Office, role: StaffRole) -> None:
    village = await office.centre.village()
    scan = village.scan(PNG, name="a.png")
    await office.centre.bring(village.submit(scan), scan)
    (case,) = await office.centre.cases()
    reader = await office.reader(role)
    for path in ("/cases", f"/cases/{case['case']}", f"/cases/{case['case']}/files/application/0"):
        assert (await reader.get(path)).status == 403
    assert (await reader.post("/cases/find", {"text": "样"})).status == 403
