"""What a handler does on a page: marks, grants, sends files, looks first; nothing typed is lost."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from aiohttp import ClientResponse

from central.accounts.roles import StaffRole
from central.county.documents.models import DueRow
from central.county.flows.pages.sending import MAX_SENT_FILES
from central.county.flows.shown import shown
from protocol.envelope.payloads import Outcome
from protocol.records.corrections import FieldFault
from protocol.records.taken_in import Owed, TakenIn
from tests.central.county.documents.test_making import with_font
from tests.central.county.flows.acting import kinds
from tests.central.county.review.test_queue_page import PNG, Office, Reader
from tests.central.county.village import CATALOGUE, MATERIAL, Village

PDF = b"%PDF-1.7\n%%EOF\n"
BACK = "反面没有扫描"


class Desk:
    """A handler at the page of one case."""

    def __init__(self, office: Office, reader: Reader, number: str) -> None:
        self.office, self.reader, self.number = office, reader, number

    async def see(self, action: str, query: str = "") -> str:
        return str(await (await self.reader.get(f"{self.path(action)}{query}")).text())

    def path(self, action: str) -> str:
        return f"/cases/{self.number}/act/{action}"

    async def send(
        self,
        action: str,
        *fields: tuple[str, str],
        to: str = "act",
        files: Mapping[str, bytes] = MappingProxyType({}),
    ) -> ClientResponse:
        """The form as a browser sends it."""
        return await self.reader.send(f"/cases/{self.number}/{to}/{action}", fields, files)


async def at_desk(office: Office, **facts: Any) -> tuple[Desk, Village]:
    file = json.loads(CATALOGUE)
    file["materials"] = {MATERIAL: {"name": "居民身份证", "faults": [{"code": "b", "say": BACK}]}}
    file["items"][0]["materials"][0] = {"id": MATERIAL, "use": MATERIAL}
    file["items"][0] |= {"department": "样例县民政局", "limits": {"legal": "10wd"}}
    await office.centre.county.catalogue.publish(json.dumps(file).encode())
    with_font(office.centre.county)
    village = await office.centre.village()
    scan = village.scan(PNG)
    await office.centre.bring(village.submit(scan, release=2, **facts), scan)
    (case,) = await office.centre.cases()
    return Desk(office, await office.reader(StaffRole.HANDLER), case["case"]), village


async def test_what_is_wrong_is_marked_where_it_stands_and_told_at_once(office: Office) -> None:
    desk, village = await at_desk(office)
    page = await desk.see("ask-correction")
    for words in ("居民身份证", "照片", "没有交", "样福丽", BACK):
        assert words in page, words

    refused = await desk.send(
        "ask-correction", ("mark", "field.name"), ("words.field.age", "写周岁"), ("note", "请补")
    )
    again = await refused.text()
    assert refused.status == 400
    assert "还没有写怎么改" in again
    for kept in ('value="写周岁"', "请补</textarea>", 'value="field.name" checked'):
        assert kept in again, kept
    assert await kinds(office.centre, desk.number) == ["received"]

    done = await desk.send(
        "ask-correction",
        ("mark", "field.name"),
        ("words.field.name", "与身份证不一致"),
        ("words.field.age", "写周岁"),
        (f"usual.paper.{MATERIAL}", BACK),
        ("words.paper.photo", "请补交"),
        ("until", "2026-12-10"),
    )
    assert done.status == 303
    ((_, told),) = await office.centre.decisions(village)
    assert told.until == "2026-12-10"
    assert told.faults == (
        FieldFault(field="name", words="与身份证不一致"),
        FieldFault(field="age", words="写周岁"),
        FieldFault(material=MATERIAL, words=BACK),
        FieldFault(material="photo", words="请补交"),
    )
    page = await (await desk.reader.get(f"/cases/{desk.number}")).text()
    assert "补正一次性告知书" in page
    assert "正在制作" in page


async def test_a_paper_may_come_later_or_not_and_until_when(office: Office) -> None:
    owed = TakenIn(owed=(Owed(material="photo", until="2026-12-01"),))
    desk, _ = await at_desk(office, taken=owed)
    assert 'value="2026-12-01"' in await desk.see("accept")
    assert (await desk.send("accept")).status == 400  # nothing was said of it
    refused = await desk.send("accept", ("owed.photo", "refuse"))
    assert refused.headers["Location"] == f"{desk.path('ask-correction')}?paper=photo"
    assert "不能容缺，请补交" in await desk.see("ask-correction", "?paper=photo")
    assert await kinds(office.centre, desk.number) == ["received"]

    granted = await desk.send("accept", ("owed.photo", "grant"), ("until.photo", "2026-12-05"))
    assert granted.status == 303
    status = (await office.centre.county.flows.life(desk.number)).status
    assert status.owed == (Owed(material="photo", until="2026-12-05"),)
    await office.centre.county.documents.issuing.look()
    (sent,) = (await office.centre.cases())[0]["documents"]
    assert sent["note"] == "容缺受理，请按期补交：照片（2026-12-05 前）。"


async def test_files_go_along_if_they_are_what_they_say(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, village = await at_desk(office)
    await desk.send("accept")
    approved = (("outcome", "approved"), ("note", "准予"))
    for wrong in ({"决定.pdf": b"MZ\x90"}, {"页.html": b"<script>"}, {"照.png": PDF}):
        refused = await desk.send("decide", *approved, files=wrong)
        assert refused.status == 400
        assert "不是 PDF" in await refused.text()
    many = {f"f{n}.pdf": PDF + b"%d" % n for n in range(MAX_SENT_FILES + 1)}
    assert (await desk.send("decide", *approved, files=many)).status == 400

    refused = await desk.send(
        "decide", ("note", "准予"), files={"决定.pdf": PDF}
    )  # no outcome: an error
    page = await refused.text()
    assert refused.status == 400
    (kept,) = re.findall(r'name="kept" value="([0-9a-f]+)" checked', page)
    large = PNG + bytes(200_000)  # more than a form without files may have
    done = await desk.send("decide", *approved, ("kept", kept), files={"附.png": large})
    assert done.status == 303
    ((_, told),) = await office.centre.decisions(village)
    assert [one.name for one in told.attachments] == ["决定.pdf", "附.png"]
    assert told.outcome is Outcome.APPROVED


async def test_a_document_is_looked_at_before_anything_is_done(office: Office) -> None:
    desk, _ = await at_desk(office)
    shown = await desk.send("not-accept", ("note", "户籍不在本县"), to="preview")
    assert (shown.status, shown.content_type) == (200, "application/pdf")
    assert (await shown.read()).startswith(b"%PDF-")
    missing = await desk.send("not-accept", to="preview")
    assert missing.status == 400
    assert await kinds(office.centre, desk.number) == ["received"]
    assert await office.centre.rows(DueRow) == []


async def test_page_and_command_offer_the_same(office: Office) -> None:
    desk, _ = await at_desk(office)
    flows = office.centre.county.flows
    for action in ("", "accept", "decide"):
        if action:
            await desk.send(action, ("outcome", "approved"))
        page = await (await desk.reader.get(f"/cases/{desk.number}")).text()
        offered = re.findall(rf'href="{desk.path("")}([a-z-]+)"', page)
        case = await flows.life(desk.number)
        assert sorted(offered) == sorted(shown(case, await flows.dated(case)).enabled)
        for one in offered:
            assert (await desk.reader.get(desk.path(one))).status == 200


async def test_whoever_was_slower_reads_who_was_faster_and_when_and_keeps_the_words(
    office: Office,
) -> None:
    desk, _ = await at_desk(office)
    (seen,) = re.findall(r'name="seen" value="(\d+)"', await desk.see("accept"))
    await desk.send("take")
    late = await desk.send("not-accept", ("seen", seen), ("note", "不归本县"))
    text = await late.text()
    assert late.status == 400
    assert re.search(r"handler \d{4}-\d\d-\d\d \d\d:\d\d", text)
    assert "不归本县</textarea>" in text


async def test_a_reason_is_asked_for_before_it_is_sent_and_refused_in_a_pages_words(
    office: Office,
) -> None:
    desk, _ = await at_desk(office)
    needed = re.compile(r'<textarea name="note"[^>]* required>')
    assert needed.search(await desk.see("step-aside"))
    assert not needed.search(await desk.see("take"))
    for action in ("step-aside", "ask-correction"):
        answer = await desk.send(action, ("note", ""))
        assert answer.status == 400
        page = await answer.text()
        assert "要写明" in page
        assert "--note" not in page  # of a command, which nobody here types
