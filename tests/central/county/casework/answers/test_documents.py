"""A document of a step goes down with its files, decides nothing, and is told again and erased."""

from pathlib import Path

import pytest

from central.county.casework.calls import IssueDocument
from central.county.casework.erasure import Erasure
from central.county.retention.leftovers import UnopenedCopies
from protocol.envelope.blob import open_chunks
from protocol.envelope.envelope import Lane, read_envelope
from protocol.envelope.payloads import Document, Inquiry, Outcome
from protocol.errors import CaseUnknownError, FileUnreadableError, UsageError
from protocol.errors.answers import CaseErasedError
from protocol.ids import BlobId, BlobRef
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS, MAX_TELLING_DAYS
from tests.central.county.centre import Centre
from tests.central.county.village import Village

NAME, NOTE = "受理通知书", "已受理，二十个工作日内办结。"


async def sent(centre: Centre, village: Village) -> list[Document]:
    return [one for _, one in await centre.mail(village) if isinstance(one, Document)]


async def one_case(centre: Centre, village: Village) -> str:
    known = {case["case"] for case in await centre.cases()}
    await centre.bring(village.submit())
    (number,) = [case["case"] for case in await centre.cases() if case["case"] not in known]
    return str(number)


async def test_a_document_reaches_its_village_with_its_files_and_stands_in_the_case(
    centre: Centre, tmp_path: Path
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    paper = tmp_path / "受理通知书.pdf"
    paper.write_bytes(b"%PDF-1.7 accepted")
    wanted = IssueDocument(case=number, name=NAME, note=NOTE, days=5, attach=[paper])
    issued = await centre.county.casework.documents.issue(wanted)
    second = await centre.county.casework.documents.issue(IssueDocument(case=number, name="补正"))
    assert issued.case == number
    assert second.document > issued.document

    document, _ = await sent(centre, village)
    assert (document.name, document.note, document.days) == (NAME, NOTE, 5)
    assert (document.n, document.case) == (issued.document, number)
    assert document.at_ms == centre.clock.now_ms()
    (file,) = document.attachments
    pieces = centre.relay.queue.files.pieces(BlobRef(centre.relay.node, BlobId(file.blob)))
    assert b"".join(open_chunks(file.key, pieces)) == paper.read_bytes()
    (envelope,) = [one for one, payload in await centre.mail(village) if payload == document]
    assert envelope.lane is Lane.RESULTS

    (case,) = [one for one in await centre.cases() if one["case"] == number]
    assert case["state"] == "complete"  # it decides nothing
    assert [one["name"] for one in case["documents"]] == [NAME, "补正"]
    (shown,) = case["documents"][0]["attachments"]
    assert (shown["name"], shown["sha256"]) == (paper.name, file.sha256.hex())
    assert case["attachments"] == []  # what the citizen handed in


async def test_what_can_not_be_sent_leaves_nothing(centre: Centre, tmp_path: Path) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    issue = centre.county.casework.documents.issue
    wrong = [
        (IssueDocument(case="451423-2026-XX000001", name=NAME), CaseUnknownError),
        (IssueDocument(case=number, name="  "), UsageError),
        (IssueDocument(case=number, name="长" * (MAX_NAME_CHARS + 1)), UsageError),
        (IssueDocument(case=number, name=NAME, note="长" * (MAX_NOTE_CHARS + 1)), UsageError),
        (IssueDocument(case=number, name=NAME, days=MAX_TELLING_DAYS + 1), UsageError),
        (IssueDocument(case=number, name=NAME, days=-1), UsageError),
        (IssueDocument(case=number, name=NAME, attach=[tmp_path / "none"]), FileUnreadableError),
    ]
    for wanted, error in wrong:
        with pytest.raises(error):
            await issue(wanted)
    assert await sent(centre, village) == []


async def test_who_asks_again_gets_each_document_as_it_was(centre: Centre, tmp_path: Path) -> None:
    village = await centre.village()
    wire = village.submit()
    await centre.bring(wire)
    (case,) = [one for one in await centre.cases() if one["station"] == village.node]
    paper = tmp_path / "a.pdf"
    paper.write_bytes(b"%PDF-1.7 a")
    await centre.county.casework.documents.issue(
        IssueDocument(case=case["case"], name=NAME, note=NOTE, days=5, attach=[paper])
    )
    await centre.bring(village.seal(Inquiry(envelopes=(read_envelope(wire).id,))))
    first, again = await sent(centre, village)
    assert again == first


async def test_an_erased_case_has_documents_without_words_and_gets_no_more(centre: Centre) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    documents = centre.county.casework.documents
    await documents.issue(IssueDocument(case=number, name=NAME, note=NOTE))
    await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note="")
    county, store = centre.county, centre.relay.store
    beside = UnopenedCopies(
        store=store,
        review=county.review,
        intake=county.intake,
        follow_ups=county.followed.erasure,
        logs=county.flows.log,
    )
    erasure = Erasure(store=store, clock=centre.clock, note=lambda *_: None, beside=beside)
    assert await erasure.erase([number], "本人申请") == [number]
    (case,) = [one for one in await centre.cases() if one["case"] == number]
    assert [(one["name"], one["note"]) for one in case["documents"]] == [("", "")]
    with pytest.raises(CaseErasedError):
        await documents.issue(IssueDocument(case=number, name=NAME))
