"""A handler lists cases, takes out their attachments, and decides each once."""

import asyncio
import hashlib
import os
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.models import AttachmentRow
from protocol.envelope.blob import open_chunks
from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import Outcome
from protocol.envelope.suites import SuiteNumber
from protocol.errors import (
    AttachmentTooLargeError,
    CaseClosedError,
    CaseUnknownError,
    DamagedError,
    FileUnreadableError,
    PaperFolderError,
    UsageError,
)
from protocol.ids import BlobId, BlobRef
from protocol.stick.filename import MAX_BYTES
from tests.central.county.centre import Centre
from tests.central.county.village import Village

APPROVED, REFUSED, CORRECTION = Outcome.APPROVED, Outcome.REFUSED, Outcome.CORRECTION


async def one_case(centre: Centre, village: Village) -> str:
    await centre.bring(village.submit())
    number: str = (await centre.cases())[-1]["case"]
    return number


async def test_a_decision_travels_to_the_station_with_its_file(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    village.suite = SuiteNumber.XWING
    number = await one_case(centre, village)
    content = b"%PDF the approval" * 10_000
    paper = tmp_path / "批复.pdf"
    paper.write_bytes(content)

    done = await centre.county.flows.decide(
        number, outcome=APPROVED, note="准予参保。", attach=[paper]
    )

    assert done == number
    ((envelope, decision),) = await centre.decisions(village)
    assert (envelope.lane, envelope.header.suite) == (Lane.RESULTS, 1)
    assert decision.application == village.applications[0]
    assert (decision.case, decision.outcome, decision.note) == (number, APPROVED, "准予参保。")
    (file,) = decision.attachments
    assert (file.name, file.size) == ("批复.pdf", len(content))
    assert file.sha256 == hashlib.sha256(content).digest()
    blob = BlobId(file.blob)
    ciphertext = b"".join(centre.relay.queue.files.pieces(BlobRef(centre.relay.node, blob)))
    assert envelope.blobs == ((blob, len(ciphertext)),)
    assert b"".join(open_chunks(file.key, [ciphertext])) == content
    (case,) = await centre.cases()
    assert (case["state"], case["outcome"], case["note"]) == ("decided", "approved", "准予参保。")
    assert case["attachments"] == []


@pytest.mark.parametrize(
    ("outcome", "state"), [(APPROVED, "decided"), (REFUSED, "decided"), (CORRECTION, "returned")]
)
async def test_a_case_is_decided_once(centre: Centre, outcome: Outcome, state: str) -> None:
    village = await centre.village()
    number = await one_case(centre, village)

    await centre.county.flows.decide(number, outcome=outcome, note="一")
    with pytest.raises(CaseClosedError, match=number):
        await centre.county.flows.decide(number, outcome=APPROVED, note="二")

    assert len(await centre.decisions(village)) == 1
    (case,) = await centre.cases()
    assert (case["state"], case["note"]) == (state, "一")


async def test_of_two_decisions_at_the_same_moment_one_is_refused(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    paper = tmp_path / "a.pdf"
    paper.write_bytes(b"paper")

    ends = await asyncio.gather(
        *(
            centre.county.flows.decide(number, outcome=outcome, note="说明理由", attach=[paper])
            for outcome in (APPROVED, REFUSED)
        ),
        return_exceptions=True,
    )

    assert sorted(type(end).__name__ for end in ends) == ["CaseClosedError", "str"]
    assert len(await centre.decisions(village)) == 1
    blobs = [path for path in (tmp_path / "county/blobs").rglob("*") if path.is_file()]
    assert len(blobs) == 1  # that of the refused one was removed


async def test_a_case_is_found_by_application_id_as_pasted(centre: Centre) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    digits = village.applications[0].hex().upper()
    pasted = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    assert await centre.county.flows.decide(pasted, outcome=APPROVED, note="") == number


async def test_an_application_id_of_two_stations_needs_the_case_number(centre: Centre) -> None:
    first, second = await centre.village(), await centre.village()
    draft = first.randomness.token(16)
    await centre.bring(first.submit(application=draft), second.submit(application=draft))

    with pytest.raises(CaseUnknownError, match="several stations"):
        await centre.county.flows.decide(draft.hex(), outcome=APPROVED, note="")

    number = (await centre.cases())[0]["case"]
    assert await centre.county.flows.decide(number, outcome=APPROVED, note="") == number


@pytest.mark.parametrize("name", ["451423-2026-XX000001", "", "0" * 32])
async def test_an_unknown_case_is_refused(centre: Centre, name: str) -> None:
    with pytest.raises(CaseUnknownError):
        await centre.county.flows.decide(name, outcome=APPROVED, note="")
    with pytest.raises(CaseUnknownError):
        await centre.write_files(name, Path("unused"))


async def test_a_decision_with_unusable_files_leaves_the_case_open(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    good, large = tmp_path / "good.pdf", tmp_path / "large.pdf"
    good.write_bytes(b"good")
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)
    with large.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)

    for attach, error in (
        ([good, tmp_path / "missing.pdf"], FileUnreadableError),
        ([good, tmp_path], FileUnreadableError),
        ([good, pipe], FileUnreadableError),
        ([Path("/dev/zero")], FileUnreadableError),
        ([good, large], AttachmentTooLargeError),
        ([good] * 31, AttachmentTooLargeError),
    ):
        with pytest.raises(error):
            await centre.county.flows.decide(number, outcome=APPROVED, note="", attach=attach)

    with pytest.raises(UsageError):
        await centre.county.flows.decide(number, outcome=APPROVED, note="长" * 4001)
    assert [case["state"] for case in await centre.cases()] == ["complete"]
    assert await centre.decisions(village) == []
    assert await centre.count(AttachmentRow) == 0


async def test_files_of_a_decision_have_a_limit_together(
    centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.county.casework.answers.sealing.MAX_APPLICATION_FILES_BYTES", 9)
    village = await centre.village()
    number = await one_case(centre, village)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"12345")

    with pytest.raises(AttachmentTooLargeError, match=r"over 4 bytes"):
        await centre.county.flows.decide(number, outcome=APPROVED, note="", attach=[paper, paper])


async def test_a_file_with_a_wild_name_is_sent_under_a_tame_one(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    papers = [tmp_path / "a\\b.pdf", tmp_path / "half\udcff.pdf", tmp_path / ("x" * 150 + ".pdf")]
    for paper in papers:
        paper.write_bytes(b"paper")

    await centre.county.flows.decide(number, outcome=APPROVED, note="", attach=papers)

    ((_, decision),) = await centre.decisions(village)
    names = [file.name for file in decision.attachments]
    assert names == ["a_b.pdf", "half.pdf", "x" * 96 + ".pdf"]


async def test_the_longest_decision_fits_into_an_envelope(centre: Centre, tmp_path: Path) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    files = [tmp_path / ("文" * 60 + f"{n:02d}.pdf") for n in range(30)]
    for file in files:
        file.write_bytes(file.name.encode())
    note = "".join(chr(0x4E00 + village.randomness.token(2)[0] * 80) for _ in range(4000))

    await centre.county.flows.decide(number, outcome=REFUSED, note=note, attach=files)

    ((_, decision),) = await centre.decisions(village)
    assert decision.note == note
    assert len(decision.attachments) == 30


async def test_cases_are_listed_page_by_page(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(*(village.submit() for _ in range(5)))

    first = await centre.county.casework.page(after="", limit=3)
    rest = await centre.county.casework.page(after=first[-1].case.number, limit=3)

    numbers = [view.case.number for view in (*first, *rest)]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == 5


async def test_attachments_are_written_under_harmless_names(centre: Centre, tmp_path: Path) -> None:
    village = await centre.village()
    wild = ["..", "con:\n?.jpg", "x" * 90 + ".jpeg", "名" * 100, "same.jpg", "same.jpg"]
    scans = [village.scan(b"%d" % n, name=name) for n, name in enumerate(wild)]
    await centre.bring(village.submit(*scans), *scans)
    folder = tmp_path / "out" / "case"

    written = await centre.write_files(village.applications[0].hex(), folder)
    again = await centre.write_files(village.applications[0].hex(), folder)

    assert written == again
    assert [file.name for file in written] == wild
    names = [file.path.name for file in written if file.path]
    (case,) = await centre.cases()
    assert names[0] == f"{case['case']}-01-id-card-"
    assert names[1] == f"{case['case']}-02-id-card-con__.jpg"
    assert names[2].endswith("x.jpeg")
    assert max(len(name.encode()) for name in names) <= MAX_BYTES
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    for number, file in enumerate(written):
        assert file.path is not None
        assert file.path.read_bytes() == b"%d" % number
        assert file.path.stat().st_mode & 0o077 == 0


async def test_attachments_that_cannot_be_read_are_named_without_a_path(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    whole, damaged, late = (
        village.scan(b"whole"),
        village.scan(b"damaged", wrong={"key": bytes(32)}),
        village.scan(b"late"),
    )
    await centre.bring(village.submit(whole, damaged, late), whole, damaged)
    number = (await centre.cases())[0]["case"]

    written = await centre.write_files(number, tmp_path)

    assert [file.state.value for file in written] == ["whole", "damaged", "waiting"]
    assert [file.path is None for file in written] == [False, True, True]


async def test_a_blob_that_rots_on_disk_is_reported_and_leaves_no_half_file(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    card = village.scan(b"card")
    await centre.bring(village.submit(card), card)
    name, out = card.attachment.blob.hex(), tmp_path / "out"
    blob = tmp_path / "county/blobs" / village.node / name[:2] / name

    blob.write_bytes(b"rotten" + card.ciphertext[6:])
    with pytest.raises(DamagedError):
        await centre.write_files((await centre.cases())[0]["case"], out)
    blob.unlink()
    with pytest.raises(DamagedError):
        await centre.write_files((await centre.cases())[0]["case"], out)

    assert list(out.iterdir()) == []


async def test_a_file_that_is_not_what_its_case_names_is_not_written(
    centre: Centre, tmp_path: Path
) -> None:
    """Two rows of the database were mixed up: the wrong paper must not be handed out."""
    village = await centre.village()
    card = village.scan(b"card")
    await centre.bring(village.submit(card), card)

    async def mix_up(session: AsyncSession) -> None:
        (row,) = await session.scalars(select(AttachmentRow))
        row.sha256 = hashlib.sha256(b"another's card").digest()

    await centre.relay.store.transact(mix_up)
    with pytest.raises(DamagedError):
        await centre.write_files((await centre.cases())[0]["case"], tmp_path / "o")
    assert list((tmp_path / "o").iterdir()) == []


async def test_a_decision_that_is_sealed_anew_names_its_files_again(
    centre: Centre, tmp_path: Path
) -> None:
    """To the node between, too, which asks for them by the header."""
    village = await centre.village()
    number = await one_case(centre, village)
    (tmp_path / "decision.pdf").write_bytes(b"approved")
    casework = centre.county.casework
    await centre.county.flows.decide(
        number, outcome=APPROVED, note="", attach=[tmp_path / "decision.pdf"]
    )
    keys = [(village.node, village.applications[0])]
    await centre.relay.store.transact(lambda session: casework.tell_anew(session, keys))
    (first, told), (second, again) = await centre.decisions(village)
    assert told == again
    assert len(first.blobs) == 1
    assert first.blobs == second.blobs


async def test_a_folder_that_cannot_be_written_to_is_refused(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    (tmp_path / "file").touch()

    with pytest.raises(PaperFolderError):
        await centre.write_files(number, tmp_path / "file")
