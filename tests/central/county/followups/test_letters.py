"""Letters: listed for who may, answered once, and the answer goes down."""

import pytest

from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import Answer
from protocol.errors import UsageError
from protocol.errors.office import LetterAnsweredError, LetterUnknownError
from protocol.limits import MAX_NOTE_CHARS
from protocol.records.followups import Letter, LetterKind, Rating
from tests.central.county.centre import Centre

LETTER = Letter(kind=LetterKind.MAILBOX, words="路灯坏了", by="农某")


async def test_a_letter_about_no_application_is_answered_once(centre: Centre) -> None:
    village, own = await centre.village(), b"l" * 16
    await centre.bring(village.follow_up(LETTER, follow_up=own))
    letters = centre.county.followed.letters
    (shown,) = [one for one in await letters.page(after="", limit=9) if one.station == village.node]
    assert shown.letter.said is not None
    assert shown.letter.said.subject == LETTER
    assert (shown.name, shown.case, shown.answer) == ("独山村", None, None)

    done = await letters.answer(own.hex(), "已派人维修。")
    assert (done.letter, done.station) == (own.hex(), village.node)
    ((envelope, answer),) = [
        (envelope, one) for envelope, one in await centre.mail(village) if isinstance(one, Answer)
    ]
    assert envelope.lane is Lane.RESULTS
    assert (answer.follow_up, answer.words) == (own, "已派人维修。")
    with pytest.raises(LetterAnsweredError):
        await letters.answer(own.hex(), "又一次")
    (shown,) = [one for one in await letters.page(after="", limit=9) if one.station == village.node]
    assert (shown.answer, shown.answered_ms) == ("已派人维修。", centre.clock.now_ms())


async def test_a_letter_about_an_application_names_its_case_and_stands_beside_it(
    centre: Centre,
) -> None:
    village, own = await centre.village(), b"m" * 16
    await centre.bring(village.submit(), village.follow_up(LETTER, follow_up=own))
    (case,) = [one for one in await centre.cases() if one["station"] == village.node]
    shown = await centre.county.followed.letters.page(after="", limit=9)
    assert [one.case for one in shown if one.station == village.node] == [case["case"]]


async def test_what_is_no_letter_has_no_answer(centre: Centre) -> None:
    village, own = await centre.village(), b"r" * 16
    await centre.bring(village.submit(), village.follow_up(Rating(level=5), follow_up=own))
    letters = centre.county.followed.letters
    for name in (own.hex(), "ff" * 16, "没有"):
        with pytest.raises(LetterUnknownError):
            await letters.answer(name, "x")
    for words in ("", "  ", "长" * (MAX_NOTE_CHARS + 1)):
        with pytest.raises(UsageError):
            await letters.answer(own.hex(), words)


async def test_pages_of_letters_follow_each_other(centre: Centre) -> None:
    village = await centre.village()
    ids = [bytes([n]) * 16 for n in (9, 7, 8)]
    for own in ids:
        await centre.bring(village.follow_up(LETTER, follow_up=own))
        centre.clock.jump_wall(ms=1)
    letters, found, after = centre.county.followed.letters, list[str](), ""
    while page := await letters.page(after=after, limit=2):
        found += [one.letter.follow_up for one in page if one.station == village.node]
        after = page[-1].letter.follow_up
    assert found == [own.hex() for own in ids]
