"""What followed is erased with its case, and found by the person it names."""

import json

import pytest

from central.county.casework.erasure import Erasure
from central.county.followups.calls import Which
from central.county.followups.models import FollowUpRow
from central.county.retention.leftovers import UnopenedCopies
from protocol.envelope.payloads import Outcome
from protocol.errors.answers import CaseErasedError
from protocol.records.followups import Letter, LetterKind, Supplement, Withdrawal
from tests.central.county.centre import Centre
from tests.central.county.village import Village

NAME, PERSON = "韦小宝", "451423199001011234"


def erasure(centre: Centre) -> Erasure:
    county, store = centre.county, centre.relay.store
    beside = UnopenedCopies(
        store=store,
        review=county.review,
        intake=county.intake,
        follow_ups=county.followed.erasure,
        logs=county.flows.log,
    )
    return Erasure(store=store, clock=centre.relay.clock, note=lambda *_: None, beside=beside)


async def said(centre: Centre, village: Village) -> dict[str, str]:
    """By subject, what is kept of it."""
    rows = await centre.rows(FollowUpRow)
    return {row.about: row.said for row in rows if row.station == village.node}


async def test_what_followed_goes_with_its_case_and_that_it_came_stays(centre: Centre) -> None:
    village = await centre.village()
    scan = village.scan(b"proof", name=f"{NAME}.jpg")
    papers, gone = village.submit(), village.submit()
    papers_of, gone_of = village.applications
    await centre.bring(papers, gone, scan)
    first = village.follow_up(Supplement(words=NAME), scan, application=papers_of)
    other = village.follow_up(Withdrawal(by=NAME), application=gone_of)
    await centre.bring(first, other, scan)
    (case,) = [one for one in await centre.cases() if one["application"] == papers_of.hex()]
    await centre.county.flows.decide(case["case"], outcome=Outcome.APPROVED, note="")
    await erasure(centre).erase([case["case"]], "本人申请")

    kept = await said(centre, village)
    assert kept["supplement"] == ""
    assert json.loads(kept["withdrawal"])["said"]["subject"]["by"] == NAME
    shown = await centre.county.casework.page(
        after="", limit=1000, followed_by=centre.county.followed.view.of_cases
    )
    (view,) = [one for one in shown if one.case.application == papers_of]
    (followed,) = view.follow_ups
    assert followed.said is None
    assert followed.erased_ms == centre.clock.now_ms()
    assert [(file.name, file.size) for file in followed.attachments] == [("", 5)]
    await centre.bring(village.follow_up(Supplement(words="另"), application=papers_of))
    assert len(await centre.rejections(village)) == 1  # without papers it is refused as before


async def test_a_letter_of_one_person_is_found_and_no_other(centre: Centre) -> None:
    village = await centre.village()
    mine = Letter(kind=LetterKind.COMPLAINT, words="x", by=PERSON)
    theirs = Letter(kind=LetterKind.COMPLAINT, words="y", by=f"{PERSON}1")
    await centre.bring(village.follow_up(mine), village.follow_up(theirs))
    assert await erasure(centre).erase_person(PERSON, "本人申请") == ([], 1)
    rows = [row for row in await centre.rows(FollowUpRow) if row.station == village.node]
    assert sorted(bool(row.said) for row in rows) == [False, True]


async def test_an_erased_letter_waits_for_no_answer_and_takes_none(centre: Centre) -> None:
    village, own = await centre.village(), b"e" * 16
    letter = Letter(kind=LetterKind.COMPLAINT, words="等了两个月", by=NAME)
    await centre.bring(village.submit(), village.follow_up(letter, follow_up=own))
    (case,) = [one for one in await centre.cases() if one["station"] == village.node]
    await centre.county.flows.decide(case["case"], outcome=Outcome.APPROVED, note="")
    await erasure(centre).erase([case["case"]], "本人申请")

    letters = centre.county.followed.letters
    waiting = await letters.page(after="", limit=1000, which=Which.OPEN)
    assert own.hex() not in {one.letter.follow_up for one in waiting}
    with pytest.raises(CaseErasedError):
        await letters.answer(own.hex(), f"{NAME}的事已查明。")
    assert NAME not in repr(await letters.one(own.hex()))
