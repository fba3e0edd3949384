"""Documents on the console: how each stands, its PDF, and what templates make."""

from typing import Any

from central.accounts.roles import StaffRole
from central.county.casework.calls import IssueDocument
from central.county.documents.calls import DocumentMade, MakeDocument, Stamp, Told
from central.county.documents.room import DocumentRoom
from protocol.catalogue.templates.kinds import KIND_WORDS, DocumentKind
from tests.central.county.documents.test_making import with_font
from tests.central.county.documents.test_pdf import words_of
from tests.central.county.review.test_queue_page import Office

HANDLER = StaffRole.HANDLER
FACTS: dict[str, Any] = {"补正期限": "2026-12-10", "问题清单": ["没有签名"]}


def room_of(office: Office) -> DocumentRoom:
    """The county's, whose console and service make documents with a small font."""
    return with_font(office.centre.county)


async def made_one(office: Office) -> tuple[str, DocumentMade]:
    village = await office.centre.village()
    await office.centre.bring(village.submit())
    (case,) = await office.centre.cases()
    wanted = MakeDocument(
        case=case["case"], kind=DocumentKind.CORRECTION, facts=FACTS, note="请补正", days=5
    )
    return case["case"], await room_of(office).orders.make(wanted)


async def test_the_page_of_a_case_says_how_each_document_stands_and_gives_its_pdf(
    office: Office,
) -> None:
    case, made = await made_one(office)
    other = await office.centre.county.casework.documents.issue(
        IssueDocument(case=case, name="另一份", attach=[])
    )
    reader, path = await office.reader(HANDLER), f"/cases/{case}/documents/{made.document}"
    page = await (await reader.get(f"/cases/{case}")).text()
    for words in (
        made.name,
        "请补正",
        "待盖章",
        "村里还没有消息",
        "还没有告知",
        path,
        f"{path}?save",
    ):
        assert words in page, words
    telling = office.centre.county.documents.telling
    await telling.stamp(Stamp(case=case, document=made.number, by="黎样明"))
    said = Told(case=case, document=made.number, person="样福丽", by="黎样明", words="请来补正")
    await telling.tell(said)
    page = await (await reader.get(f"/cases/{case}")).text()
    for words in ("黎样明用印", "样福丽（黎样明）", "请来补正", "电话"):
        assert words in page, words
    assert "还没有告知" not in page

    answer = await reader.get(path)
    assert (answer.status, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "没有签名" in words_of(await answer.read())
    assert ("handler (web)", "county.file", case) in office.noted()
    saved = await reader.get(f"{path}?save")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert (await reader.get(f"/cases/{case}/documents/{other.document}")).status == 400
    stranger = await office.reader(StaffRole.OPERATOR)
    assert (await stranger.get(path)).status == 403


async def test_templates_are_shown_and_a_preview_is_marked_and_takes_no_number(
    office: Office,
) -> None:
    room_of(office)
    await office.centre.village()
    reader = await office.reader(StaffRole.AUTHOR)
    page = await (await reader.get("/catalogue/documents")).text()
    assert all(words in page for words in KIND_WORDS.values())
    answer = await reader.get("/catalogue/documents/accepted")
    assert answer.content_type == "application/pdf"
    read = words_of(await answer.read())
    assert "草稿" in read
    assert "样福丽" in read
    assert (await reader.get("/catalogue/documents/accepted?draft=77")).status == 400
    assert (await reader.get("/catalogue/documents/none")).status == 404
