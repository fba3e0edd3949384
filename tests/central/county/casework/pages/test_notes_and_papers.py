"""Notes that nobody writes over, and papers that are looked at where they stand."""

import asyncio

from central.accounts.roles import StaffRole
from central.county.flows.models import NoteRow
from central.county.flows.notes import MAX_NOTE_LENGTH
from tests.central.county.review.test_queue_page import PNG, Office, Reader

PDF = b"%PDF-1.7\n%%EOF\n"


async def opened(office: Office) -> tuple[Reader, str]:
    village = await office.centre.village()
    scans = (
        village.scan(PNG, name="正面.png"),
        village.scan(PDF, material="photo", name="证明.pdf"),
        village.scan(b"MZ", material="photo", name="x.exe"),
    )
    await office.centre.bring(village.submit(*scans), *scans)
    (case,) = await office.centre.cases()
    return await office.reader(StaffRole.HANDLER), case["case"]


async def test_a_note_says_when_it_was_kept_and_an_older_window_writes_over_nothing(
    office: Office,
) -> None:
    reader, case = await opened(office)
    first = await reader.note(case, "先打电话核实", "0")
    assert first.status == 200
    said = await first.json()
    assert said["version"] == 1
    assert len(said["at"]) == len("14:32:05")
    second = await reader.note(case, "先打电话核实。已打。", "1")
    assert (await second.json())["version"] == 2

    stale = await reader.note(case, "旧窗口的字", "1")
    assert stale.status == 409
    assert "另一个窗口" in (await stale.json())["words"]
    both = await asyncio.gather(*(reader.note(case, text, "2") for text in ("甲", "乙")))
    assert sorted(one.status for one in both) == [200, 409]
    (row,) = await office.centre.rows(NoteRow)
    assert (row.by, row.version) == ("handler", 3)
    page = await (await reader.get(f"/cases/{case}")).text()
    assert f">\n{row.text}</textarea>" in page
    assert ("handler (web)", "county.case-note", case) in office.noted()


async def test_each_person_has_a_note_of_their_own(office: Office) -> None:
    reader, case = await opened(office)
    await reader.note(case, "我记的", "0")
    await office.centre.county.flows.notes.keep(case, "农梅", "她记的", 0)
    assert len(await office.centre.rows(NoteRow)) == 2
    page = await (await reader.get(f"/cases/{case}")).text()
    assert page.count("她记的") == 1
    assert "<footer>农梅" in page
    assert "她记的</textarea>" not in page


async def test_a_note_that_is_too_long_or_of_no_case_is_refused_with_words(
    office: Office,
) -> None:
    reader, case = await opened(office)
    assert (await reader.note(case, "长" * (MAX_NOTE_LENGTH + 1), "0")).status == 400
    assert (await reader.note("451423-2026-ZZ999999", "字", "0")).status == 409
    assert await office.centre.rows(NoteRow) == []
    assert (await reader.note(case, "长" * MAX_NOTE_LENGTH, "0")).status == 200
    plain = await reader.post(f"/cases/{case}/note", {"note": "没有脚本", "version": "1"})
    assert (plain.status, plain.headers["Location"]) == (303, f"/cases/{case}#note")


async def test_erasing_a_case_takes_its_notes(office: Office) -> None:
    reader, case = await opened(office)
    await reader.note(case, "住在河边", "0")
    log, store = office.centre.county.flows.log, office.centre.relay.store
    (key,) = [(row.station, row.application) for row in await office.centre.rows(NoteRow)]
    await store.transact(lambda session: log.erase(session, {key}))
    assert await office.centre.rows(NoteRow) == []


async def test_papers_are_looked_at_one_after_the_other_and_turned(office: Office) -> None:
    reader, case = await opened(office)
    page = await (await reader.get(f"/cases/{case}")).text()
    assert f'href="/cases/{case}/view/application/1"' in page
    first = await (await reader.get(f"/cases/{case}/view/application/0?turn=3")).text()
    assert "第 1 份，共 2 份" in first  # a program is none
    assert 'class="looked-at turn-3"' in first
    assert f'href="/cases/{case}/view/application/0?turn=0"' in first
    assert f'href="/cases/{case}/view/application/1" rel="next"' in first
    second = await (await reader.get(f"/cases/{case}/view/application/1")).text()
    assert f'<iframe class="looked-at" src="/cases/{case}/files/application/1?frame"' in second
    assert (await reader.get(f"/cases/{case}/view/application/2")).status == 400
    assert (await reader.get(f"/cases/{case}/view/application/0?turn=9")).status == 200


async def test_a_pdf_is_framed_by_our_own_pages_alone_and_nothing_else_is(office: Office) -> None:
    reader, case = await opened(office)
    framed = await reader.get(f"/cases/{case}/files/application/1?frame")
    assert framed.content_type == "application/pdf"
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    assert framed.headers["Content-Disposition"].startswith("inline")
    assert ("handler (web)", "county.file", case) in office.noted()
    for path in ("2?frame", "1", "1?frame&save"):
        other = await reader.get(f"/cases/{case}/files/application/{path}")
        assert other.headers["Content-Disposition"].startswith("attachment")
        assert other.headers["X-Frame-Options"] == "DENY"
