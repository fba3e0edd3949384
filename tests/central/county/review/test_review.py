"""A person settles each application in the review queue once, whatever else comes of it."""

import asyncio

import pytest

from central.county.casework.calls import AskPublicity, IssueDocument
from central.county.followups.circular_calls import SendCircular
from central.county.review.models import ReplacementRow, ReviewRow
from central.county.review.operations import ReviewOperations
from protocol.envelope.circular_payloads import Circular
from protocol.envelope.payloads import (
    Answer,
    Decision,
    Document,
    Outcome,
    ReceiptState,
    Rejection,
)
from protocol.envelope.publicity_payloads import Publicity
from protocol.errors import ApplicationTakenError, NodeStateError, ReviewUnknownError, UsageError
from protocol.records.followups import Letter, LetterKind
from runtime.cli.command import silent
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.casework.arrival.test_strangers import OTHER
from tests.central.county.review.test_queue import balanced
from tests.central.county.review.withdrawing import Withdrawing, id_of
from tests.central.county.village import FORM

COMPLETE, RECEIVED = ReceiptState.COMPLETE, ReceiptState.RECEIVED


async def test_it_is_settled_once(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    wires = [village.submit() for _ in range(2)]
    await centre.bring(*wires)
    review = centre.county.review
    await review.accept(id_of(wires[0]))
    await review.reject(id_of(wires[1]), "否")
    for wire in wires:
        with pytest.raises(ReviewUnknownError):
            await review.accept(id_of(wire))
        with pytest.raises(ReviewUnknownError):
            await review.reject(id_of(wire), "否")
    assert len(await centre.cases_of(village)) == 1
    assert len(await centre.rejections(village)) == 1


async def test_of_two_people_at_the_same_moment_one_is_refused(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    wire = village.submit()
    await centre.bring(wire)
    review = centre.county.review
    ends = await asyncio.gather(
        review.accept(id_of(wire)), review.reject(id_of(wire), "否"), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["Judged", "ReviewUnknownError"]
    told = len(await centre.rejections(village)) + len(await centre.cases_of(village))
    assert told == 1
    assert balanced(await centre.account(village.node))


async def test_what_has_a_case_already_does_not_go_into_the_review_queue(
    centre: Withdrawing,
) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    await centre.drain(village)
    again = village.submit(application=village.applications[0])
    await centre.bring(again)
    (case,) = await centre.cases_of(village)
    assert await centre.review_queue(village) == []
    told = [line for line in await centre.receipts(village) if line.envelope == id_of(again)]
    assert [(line.state, line.case, line.duplicate) for line in told] == [
        (RECEIVED, case["case"], True),
        (COMPLETE, case["case"], True),
    ]


@pytest.mark.parametrize("accepts", [True, False])
async def test_what_came_another_way_meanwhile_is_a_duplicate(
    centre: Withdrawing, *, accepts: bool
) -> None:
    village = await centre.village()
    await centre.drain(village)
    wire = village.submit()
    await centre.bring(wire)
    await centre.resume(village)
    await centre.bring(village.submit(application=village.applications[0]))
    (case,) = await centre.cases_of(village)
    (waiting,) = await centre.review_queue(village)
    assert waiting["case"] == case["case"]

    review = centre.county.review
    judged = await (review.accept(id_of(wire)) if accepts else review.reject(id_of(wire), "否"))

    assert (judged.case, judged.duplicate) == (case["case"], True)
    assert await centre.rejections(village) == []
    account = await centre.account(village.node)
    assert (account["received"], account["duplicates"], account["review"]) == (1, 1, 0)
    assert balanced(account)


async def test_another_content_under_the_id_of_a_case_is_rejected_never_accepted(
    centre: Withdrawing,
) -> None:
    """Else somebody's application vanishes behind another's receipt, or waits there for good."""
    village = await centre.village()
    await centre.drain(village)
    wire = village.submit(form=OTHER)
    await centre.bring(wire)
    await centre.resume(village)
    await centre.bring(village.submit(application=village.applications[0]))
    review = centre.county.review
    with pytest.raises(ApplicationTakenError):
        await review.accept(id_of(wire))
    assert len(await centre.review_queue(village)) == 1

    judged = await review.reject(id_of(wire), "编号重复")

    assert (judged.case, judged.duplicate, await centre.review_queue(village)) == (None, False, [])
    assert [one.envelope for one in await centre.rejections(village)] == [id_of(wire)]
    (case,) = await centre.cases_of(village)
    assert case["form"] == FORM
    assert balanced(await centre.account(village.node))


@pytest.mark.parametrize("right", [0, 1])
async def test_of_two_contents_under_one_id_in_the_queue_one_is_rejected_first(
    centre: Withdrawing, right: int
) -> None:
    village = await centre.village()
    await centre.drain(village)
    wires = [village.submit(form=FORM)]
    wires.append(village.submit(form=OTHER, application=village.applications[0]))
    await centre.bring(*wires)
    review = centre.county.review
    with pytest.raises(ApplicationTakenError):
        await review.accept(id_of(wires[right]))
    assert (len(await centre.review_queue(village)), await centre.cases_of(village)) == (2, [])
    await review.reject(id_of(wires[1 - right]), "编号重复")
    await review.accept(id_of(wires[right]))
    (case,) = await centre.cases_of(village)
    assert case["form"] == (FORM, OTHER)[right]


async def test_an_application_that_lies_there_twice_is_one_case(centre: Withdrawing) -> None:
    """It was sealed twice after a restore; its file came with the second envelope only."""
    village = await centre.village()
    await centre.drain(village)
    one, other = village.scan(b"id card"), village.scan(b"id card")
    first = village.submit(one)
    second = village.submit(other, application=village.applications[0])
    await centre.bring(first, second, other)
    assert len(await centre.review_queue(village)) == 2

    judged = await centre.county.review.accept(id_of(first))

    assert await centre.review_queue(village) == []
    (case,) = await centre.cases_of(village)
    assert (case["case"], case["state"]) == (judged.case, "complete")
    lines = await centre.receipts(village)
    last = {line.envelope: (line.state, line.duplicate) for line in lines}
    assert last == {id_of(first): (COMPLETE, False), id_of(second): (COMPLETE, True)}
    assert balanced(await centre.account(village.node))


async def test_one_of_two_envelopes_may_be_rejected_and_the_other_accepted(
    centre: Withdrawing,
) -> None:
    village = await centre.village()
    await centre.drain(village)
    first = village.submit()
    second = village.submit(application=village.applications[0])
    await centre.bring(first, second)
    await centre.county.review.reject(id_of(second), "重复")
    judged = await centre.county.review.accept(id_of(first))
    assert not judged.duplicate
    told = [line for line in await centre.receipts(village) if line.envelope == id_of(second)]
    assert [line.state for line in told] == [RECEIVED]  # from before it was rejected
    assert balanced(await centre.account(village.node))


async def test_a_damaged_file_of_an_accepted_application_is_told(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    scan = village.scan(b"id card", wrong={"sha256": b"?" * 32})
    wire = village.submit(scan)
    await centre.bring(wire, scan)
    await centre.county.review.accept(id_of(wire))
    (case,) = await centre.cases_of(village)
    assert case["state"] == "received"
    assert [one.code for one in await centre.rejections(village)] == ["peer.digest"]


async def test_the_review_queue_is_read_page_by_page(centre: Withdrawing) -> None:
    villages = [await centre.village() for _ in range(2)]
    for village in villages:
        await centre.drain(village)
        await centre.bring(*(village.submit() for _ in range(3)))
    found: list[tuple[str, bytes]] = []
    while page := await centre.county.review.page(after=found[-1] if found else ("", b""), limit=2):
        found += [(view.row.station, view.row.envelope_id) for view in page]
    assert found == sorted(found)
    assert len(set(found)) == 6 == await centre.count(ReviewRow)


async def test_the_command_line_s_words_are_checked(centre: Withdrawing) -> None:
    operations = ReviewOperations(centre.county.review, Notes()).handlers()
    for name in ("county.accept", "county.reject"):
        for envelope in ("", "zz", "ab" * 31):
            with pytest.raises(UsageError):
                await operations[name]({"envelope": envelope, "note": "否"}, silent)
        with pytest.raises(ReviewUnknownError):
            await operations[name]({"envelope": "ab" * 32, "note": "否"}, silent)
    for note in ("", " ", "长" * 4001):
        with pytest.raises(UsageError):
            await centre.county.review.reject(b"e" * 32, note)
    assert await operations["county.review"]({"after": ""}, silent) == []
    assert await operations["county.review"]({"after": f"{'a' * 16}:{'ab' * 32}"}, silent) == []


async def test_a_successor_hears_what_the_lost_pc_may_not_have_shown(centre: Withdrawing) -> None:
    lost = await centre.village()
    await centre.bring(*(lost.submit() for _ in range(3)))
    numbers = [case["case"] for case in await centre.cases_of(lost)]
    await centre.county.flows.decide(numbers[0], outcome=Outcome.APPROVED, note="准予")
    await centre.county.flows.decide(numbers[1], outcome=Outcome.REFUSED, note="不予")

    new = await centre.join(await centre.lose(lost))
    for _ in range(2):  # the county starts again, or another node joins
        await centre.county.handover.look()
        centre.county.handover._told.clear()
    await centre.county.flows.decide(numbers[2], outcome=Outcome.APPROVED, note="后来")

    heard = [one for one in await centre.mail_of(new) if isinstance(one, Decision)]
    assert {(one.case, one.note) for one in heard} == {
        (numbers[0], "准予"),
        (numbers[1], "不予"),
        (numbers[2], "后来"),
    }
    assert len(heard) == 3
    noted = [row for row in await centre.rows(ReplacementRow) if row.station == new.node]
    assert [row.lost for row in noted] == [lost.keys.signer.public_bytes()]


async def test_a_successor_hears_of_documents_posters_and_answers(centre: Withdrawing) -> None:
    lost, county, own = await centre.village(), centre.county, b"h" * 16
    await centre.bring(*(lost.submit() for _ in range(2)))
    opened, decided = [case["case"] for case in await centre.cases_of(lost)]
    letter = Letter(kind=LetterKind.COMPLAINT, words="等了两个月")
    await centre.bring(lost.follow_up(letter, follow_up=own))
    for number in (opened, decided):
        slip = IssueDocument(case=number, name=f"受理通知书 {number}")
        await county.casework.documents.issue(slip)
    await county.casework.publicity.ask(AskPublicity(case=opened, days=5), county.intake.item)
    await county.flows.decide(decided, outcome=Outcome.APPROVED, note="准予")
    await county.followed.letters.answer(own.hex(), "已查明。")

    new = await centre.join(await centre.lose(lost))
    for _ in range(2):
        await county.handover.look()
        county.handover._told.clear()

    heard = await centre.mail_of(new)
    documents = sorted(one.name for one in heard if isinstance(one, Document))
    assert documents == sorted(f"受理通知书 {number}" for number in (opened, decided))
    assert [one.case for one in heard if isinstance(one, Publicity)] == [opened]
    assert [one.words for one in heard if isinstance(one, Answer)] == ["已查明。"]


async def test_a_successor_gets_the_circulars_of_before_and_of_meanwhile(
    centre: Withdrawing,
) -> None:
    lost, circulars = await centre.village(), centre.county.followed.circulars
    said = [SendCircular(circular=f"{n:032x}", title=f"通知 {n}", words="内容") for n in (1, 2)]
    await circulars.send(said[0], "")
    invitation = await centre.lose(lost)
    before = len(await centre.mail_of(lost))
    await circulars.send(said[1], "")
    assert len(await centre.mail_of(lost)) == before, "nothing is sealed for a PC that is lost"
    new = await centre.join(invitation)
    for _ in range(2):
        await centre.county.handover.look()
        centre.county.handover._told.clear()
    heard = [one.title for one in await centre.mail_of(new) if isinstance(one, Circular)]
    assert sorted(heard) == ["通知 1", "通知 2"]


async def test_a_successor_is_told_all_in_pieces_and_each_once(
    centre: Withdrawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.county.review.handover._AT_ONCE", 2)
    lost = await centre.village()
    await centre.bring(*(lost.submit() for _ in range(5)))
    numbers = [case["case"] for case in await centre.cases_of(lost)]
    for number in numbers:
        await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note=number)
    new = await centre.join(await centre.lose(lost))
    await centre.county.handover.look()
    heard = [one for one in await centre.mail_of(new) if isinstance(one, Decision)]
    assert [one.case for one in heard] == numbers[::-1], "newest first"
    (noted,) = [row for row in await centre.rows(ReplacementRow) if row.station == new.node]
    assert (noted.told, noted.done) == (5, True)


async def test_what_is_rejected_of_a_lost_pc_is_told_to_its_successor(centre: Withdrawing) -> None:
    lost = await centre.village()
    wires = [lost.submit() for _ in range(2)]
    new = await centre.join(await centre.lose(lost))
    await centre.bring(*wires)
    await centre.county.review.reject(id_of(wires[0]), "重复办理")
    judged = await centre.county.review.accept(id_of(wires[1]))
    assert judged.case is not None
    await centre.county.flows.decide(judged.case, outcome=Outcome.APPROVED, note="准予")

    kinds = {type(one).__name__: one for one in await centre.mail_of(new)}
    rejection, decision = kinds["Rejection"], kinds["Decision"]
    assert isinstance(rejection, Rejection)
    assert isinstance(decision, Decision)
    assert rejection.application == lost.applications[0]
    assert decision.application == lost.applications[1]


async def test_a_decision_waits_for_the_successor_to_join(centre: Withdrawing) -> None:
    """Nothing is sealed for a PC that somebody may have found."""
    lost = await centre.village()
    await centre.bring(lost.submit())
    (case,) = await centre.cases_of(lost)
    invitation = await centre.lose(lost)
    before = len(await centre.mail_of(lost))
    await centre.bring(lost.submit())
    with pytest.raises(NodeStateError, match="独山村"):
        await centre.county.flows.decide(case["case"], outcome=Outcome.APPROVED, note="")
    assert len(await centre.mail_of(lost)) == before
    await centre.join(invitation)
    await centre.county.flows.decide(case["case"], outcome=Outcome.APPROVED, note="")
