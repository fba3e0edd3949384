"""One case with all that is known of it, and its files, each where it belongs."""

from pathlib import Path

import pytest

from central.county.casework.about import CasesAbout
from central.county.casework.calls import FileState, IssueDocument
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Outcome
from protocol.errors import CaseUnknownError, FileAbsentError
from protocol.records.followups import Letter, LetterKind, Rating, Supplement
from tests.central.county.centre import Centre


async def test_a_case_is_shown_with_its_papers_its_way_and_its_decision(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    card, late = village.scan(b"card", name="card.jpg"), village.scan(b"late", name="l.jpg")
    first = village.submit(card)
    again = village.seal(
        village.application(application=village.applications[0], scans=[card]),
        blobs=[card.announced],
    )
    await centre.bring(first, card)
    centre.clock.jump_wall(ms=1)
    await centre.bring(again, village.follow_up(Supplement(), late), late)
    reading, (case,) = centre.county.case_room.reading, await centre.cases()
    paper = tmp_path / "批复.pdf"
    paper.write_bytes(b"%PDF result")
    await centre.county.flows.decide(
        case["case"], outcome=Outcome.APPROVED, note="准予", attach=[paper]
    )

    shown = await reading.one(village.applications[0].hex())

    assert (shown.case.case, shown.case.note, shown.case.outcome) == (
        case["case"],
        "准予",
        "approved",
    )
    assert shown.materials["id-card"] == "居民身份证"
    assert shown.schema["properties"]["name"]
    assert [one.name for one in shown.case.attachments] == ["card.jpg"]
    assert [one.name for one in shown.result] == ["批复.pdf"]
    assert [(one.about, one.complete) for one in shown.case.follow_ups] == [("supplement", True)]
    assert [(one.envelope, one.seq, one.duplicate) for one in shown.carried] == [
        (read_envelope(first).id.hex(), 1, False),
        (read_envelope(again).id.hex(), 2, True),
    ]
    number, (followed,) = case["case"], shown.case.follow_ups
    for of, data in (
        ("application", b"card"),
        ("result", b"%PDF result"),
        (followed.follow_up, b"late"),
    ):
        assert (await reading.file(number, of, 0)).data == data
        with pytest.raises(FileAbsentError):
            await reading.file(number, of, 1)


async def test_no_file_of_another_case_is_opened_by_this_one(centre: Centre) -> None:
    village = await centre.village()
    own, other = village.scan(b"own"), village.scan(b"other")
    await centre.bring(village.submit(), village.follow_up(Supplement(), own), own)
    await centre.bring(village.submit(), village.follow_up(Supplement(), other), other)
    reading = centre.county.case_room.reading
    first, second = [await reading.one(application.hex()) for application in village.applications]
    ((mine,), (theirs,)) = first.case.follow_ups, second.case.follow_ups
    assert (await reading.file(first.case.case, mine.follow_up, 0)).data == b"own"
    with pytest.raises(FileAbsentError):
        await reading.file(first.case.case, theirs.follow_up, 0)


async def test_a_file_that_has_not_come_is_said_to_be_on_its_way(centre: Centre) -> None:
    village = await centre.village()
    card = village.scan(b"card")
    await centre.bring(village.submit(card))
    (case,) = await centre.cases()
    reading = centre.county.case_room.reading
    shown = await reading.one(case["case"])
    assert [one.state for one in shown.case.attachments] == [FileState.WAITING]
    with pytest.raises(FileAbsentError):
        await reading.file(case["case"], "application", 0)
    await centre.bring(card)
    assert (await reading.file(case["case"], "application", 0)).data == b"card"
    shown = await reading.one(case["case"])
    assert [one.state for one in shown.case.attachments] == [FileState.WHOLE]


async def test_a_case_names_those_that_answer_it(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    old = village.applications[0]
    await centre.bring(village.submit(corrects=old), village.submit(supersedes=old))
    before, *after = [case["case"] for case in await centre.cases()]
    reading = centre.county.case_room.reading
    assert sorted((await reading.one(before)).answered_by) == after
    assert (await reading.one(after[0])).answered_by == []


async def test_what_is_unknown_is_said_to_be(centre: Centre) -> None:
    for name in ("nothing", "ff" * 16):
        with pytest.raises(CaseUnknownError):
            await centre.county.case_room.reading.one(name)


async def test_files_of_all_that_followed_are_written_beside_those_of_the_case(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    card, late = village.scan(b"card", name="a.jpg"), village.scan(b"late", name="a.jpg")
    own = b"s" * 16
    await centre.bring(village.submit(card), card)
    await centre.bring(village.follow_up(Supplement(), late, follow_up=own), late)
    await centre.bring(village.follow_up(Rating(level=5)))
    (case,) = await centre.cases()
    paper, slip = tmp_path / "r.pdf", tmp_path / "受理.pdf"
    paper.write_bytes(b"%PDF")
    slip.write_bytes(b"%PDF slip")
    wanted = IssueDocument(case=case["case"], name="受理通知书", attach=[slip])
    document = (await centre.county.casework.documents.issue(wanted)).document
    await centre.county.flows.decide(
        case["case"], outcome=Outcome.APPROVED, note="", attach=[paper]
    )

    written = await centre.write_files(case["case"], tmp_path / "all", everything=True)
    assert [one.path.read_bytes() for one in written if one.path] == [
        b"card",
        b"%PDF",
        b"%PDF slip",
        b"late",
    ]
    named = f"document-{document}"
    assert [one.of for one in written] == ["", "result", named, own.hex()]
    reading = centre.county.case_room.reading
    assert (await reading.file(case["case"], named, 0)).data == b"%PDF slip"
    with pytest.raises(FileAbsentError):
        await reading.file(case["case"], f"document-{document + 1}", 0)
    again = await centre.write_files(case["case"], tmp_path / "all", everything=True)
    assert [one.path for one in again] == [one.path for one in written]
    assert len({*(tmp_path / "all").iterdir()}) == 4
    only = await centre.write_files(case["case"], tmp_path / "own")
    assert [one.path.read_bytes() for one in only if one.path] == [b"card"]


async def test_files_of_one_that_followed_are_written_by_its_id_and_overwrite_nothing(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    one, other = village.scan(b"one", name="a.jpg"), village.scan(b"other", name="a.jpg")
    letter = Letter(kind=LetterKind.COMPLAINT, words="路灯坏了")
    ids = [b"a" * 16, b"a" * 15 + b"b"]  # alike in what stands in their names
    await centre.bring(
        *(
            village.follow_up(letter, scan, follow_up=own)
            for own, scan in zip(ids, (one, other), strict=True)
        ),
        one,
        other,
    )
    first, second = [await centre.write_files(own.hex(), tmp_path) for own in ids]
    found = [file.path for file in (*first, *second)]
    assert [path.read_bytes() for path in found if path] == [b"one", b"other"]
    assert len({*found}) == 2
    with pytest.raises(CaseUnknownError):
        await centre.write_files("c" * 32, tmp_path)


async def test_papers_that_came_are_told_apart_from_documents_that_went(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    card = village.scan(b"card", material="id-card", name="a.jpg")
    await centre.bring(village.submit(card), card)
    (case,) = await centre.cases()
    slip = tmp_path / "补正.pdf"
    slip.write_bytes(b"%PDF slip")
    about = CasesAbout(item_of=centre.county.case_room.item_of)
    for _ in range(8):  # ids of envelopes are hashes: one of them sorts before the application's
        wanted = IssueDocument(case=case["case"], name="补正一次性告知书", attach=[slip])
        await centre.county.casework.documents.issue(wanted)
        told = await centre.relay.store.transact(lambda session: about.of(session, case["case"]))
        assert len(told.materials) == 1
