"""Letters on the console: what waits first, each by itself, and the answer that goes down once."""

import pytest

from central.accounts.roles import StaffRole
from protocol.envelope.payloads import Answer
from protocol.limits import MAX_NOTE_CHARS
from protocol.records.followups import Letter, LetterKind
from tests.central.county.review.test_queue_page import PAGE, Office

LETTER = Letter(kind=LetterKind.MAILBOX, words="路灯坏了", by="农某", phone="13800000001")
OWN, OTHER = b"l" * 16, b"m" * 16


async def test_a_letter_is_read_and_answered_once(office: Office) -> None:
    village = await office.centre.village()
    scan = village.scan(PAGE, name="a.html")
    await office.centre.bring(village.follow_up(LETTER, scan, follow_up=OWN), scan)
    reader = await office.reader(StaffRole.HANDLER)
    listed = await (await reader.get("/letters")).text()
    assert (f"/letters/{OWN.hex()}" in listed, "路灯坏了" in listed) == (True, True)
    page = await (await reader.get(f"/letters/{OWN.hex()}")).text()
    for words in ("县长信箱", "路灯坏了", "农某", "13800000001"):
        assert words in page
    assert ("handler (web)", "county.letter", OWN.hex()) in office.noted()
    file = await reader.get(f"/letters/{OWN.hex()}/files/0")
    assert (file.content_type, await file.read()) == ("application/octet-stream", PAGE)
    assert (await reader.get(f"/letters/{OWN.hex()}/files/1")).status == 400

    for words in ("", "  "):
        refused = await reader.post(f"/letters/{OWN.hex()}", {"words": words})
        assert refused.status == 400
    form = {"words": "已派人维修。"}
    gone = await reader.post(f"/letters/{OWN.hex()}", form)
    assert (gone.status, gone.headers["Location"]) == (303, f"/letters/{OWN.hex()}?done")
    (answer,) = [one for _, one in await office.centre.mail(village) if isinstance(one, Answer)]
    assert (answer.follow_up, answer.words) == (OWN, "已派人维修。")
    assert "已派人维修。" in await (await reader.get(gone.headers["Location"])).text()
    assert OWN.hex() not in await (await reader.get("/letters")).text()
    assert OWN.hex() in await (await reader.get("/letters?answered")).text()


async def test_a_second_answer_is_refused_and_kept_in_view(office: Office) -> None:
    village = await office.centre.village()
    await office.centre.bring(village.follow_up(LETTER, follow_up=OTHER))
    first = await office.reader(StaffRole.HANDLER)
    await office.centre.county.followed.letters.answer(OTHER.hex(), "先到的答复")
    late = await first.post(f"/letters/{OTHER.hex()}", {"words": "晚到的答复"})
    text = await late.text()
    assert (late.status, "先到的答复" in text) == (400, True)
    assert len([1 for _, one in await office.centre.mail(village) if isinstance(one, Answer)]) == 1


@pytest.mark.parametrize("role", [StaffRole.SYSTEM, StaffRole.AUDIT, StaffRole.SECURITY])
async def test_nobody_else_reads_a_letter(office: Office, role: StaffRole) -> None:
    reader = await office.reader(role)
    for path in ("/letters", f"/letters/{OWN.hex()}", f"/letters/{OWN.hex()}/files/0"):
        assert (await reader.get(path)).status == 403
    assert (await reader.post(f"/letters/{OWN.hex()}", {"words": "x"})).status == 403


async def test_a_letter_that_is_not_there_and_one_too_long(office: Office) -> None:
    reader = await office.reader(StaffRole.HANDLER)
    assert (await reader.get(f"/letters/{OWN.hex()}")).status == 400
    long = {"words": "长" * (MAX_NOTE_CHARS + 1)}
    assert (await reader.post(f"/letters/{OWN.hex()}", long)).status == 400


async def test_what_was_written_to_a_village_without_a_pc_is_kept_in_view(office: Office) -> None:
    village, own = await office.centre.village(), b"w" * 16
    await office.centre.bring(village.follow_up(LETTER, follow_up=own))
    await office.centre.lose(village)
    reader = await office.reader(StaffRole.HANDLER)
    kept = await reader.post(f"/letters/{own.hex()}", {"words": "写了半天的答复"})
    assert (kept.status, "写了半天的答复" in await kept.text()) == (400, True)
