"""What follows an application is sealed like it: checked, on disk, once, and its way is shown."""

from pathlib import Path

import pytest

from protocol.codec import altered
from protocol.envelope.blob import open_chunks
from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import Answer, FollowUp, ReceiptState
from protocol.errors import (
    ApplicationUnknownError,
    FileEmptyError,
    MaterialUnknownError,
    PasswordWrongError,
)
from protocol.errors.clerk import FollowUpTakenError, FollowUpWrongError
from protocol.errors.desk import ClerkUnknownError
from protocol.ids import ApplicationId
from protocol.records.followups import (
    Delivered,
    Letter,
    LetterKind,
    Rating,
    Said,
    Subject,
    Supplement,
    Telling,
    Way,
    Withdrawal,
)
from protocol.records.taken_in import Page
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.followups.calls import FollowUpShown, SendFollowUp, ShowFollowUps
from tests.builders.clerk import CLERK, status_of
from tests.builders.clock import START_MS
from tests.station_agent.village import Village

LETTER = Letter(kind=LetterKind.MAILBOX, words="路灯坏了", by="农某")
OWN = ApplicationId("0f" * 16)


def wanted(
    subject: Subject,
    application: str = "",
    *files: tuple[str, Path],
    own: ApplicationId = OWN,
    **said: object,
) -> SendFollowUp:
    told = altered(Said(subject=subject), **said)
    return SendFollowUp(follow_up=own, application=application, said=told, files=files)


async def shown(station: Station, application: str = "") -> list[FollowUpShown]:
    return await station.follow_ups.shown(CLERK, ShowFollowUps(application=application))


def arrived(village: Village) -> list[FollowUp]:
    """The follow-ups that are at the parent, as the county opens them."""
    found = [one for one in village.parent.envelopes.values() if one.header.seq > 1]
    return [village.county.open_follow_up(one) for one in found]


async def test_papers_that_follow_are_what_the_county_opens(village: Village) -> None:
    photo = village.file(150_000)
    async with village.open() as station:
        own = await village.submit(station)
        sent = await station.follow_ups.send(
            CLERK,
            wanted(
                Supplement(words="补交"),
                own,
                ("照片", photo),
                clerk="农小芳",
                pages=(Page(attachment=0),),
            ),
        )
        assert (sent.follow_up, sent.application) == (OWN, own)
        await village.exchange(station)
    (opened,) = arrived(village)
    assert (opened.follow_up.hex(), opened.application.hex()) == (OWN, own)
    assert opened.said == Said(
        subject=Supplement(words="补交"),
        at_ms=START_MS,
        clerk="农小芳",
        pages=(Page(attachment=0),),
    )
    (file,) = opened.attachments
    assert (file.material, file.size) == ("photo", 150_000)
    blob = bytes(village.parent.blobs[file.blob])
    assert b"".join(open_chunks(file.key, [blob])) == photo.read_bytes()


async def test_it_travels_behind_applications_and_tells_nothing_but_the_way(
    village: Village,
) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await station.follow_ups.send(CLERK, wanted(Withdrawal(by="农某"), own))
        await village.exchange(station)
        counts = (await status_of(station))["counts"]
    (envelope,) = [one for one in village.parent.envelopes.values() if one.header.seq == 2]
    assert envelope.header.lane == Lane.APPLICATIONS
    assert sum(counts.values()) == 1  # it is no application


async def test_how_far_it_has_got_follows_the_county_s_word(village: Village) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await station.follow_ups.send(CLERK, wanted(Withdrawal(by="农某"), own))
        assert [one.state for one in await shown(station)] == ["saved"]
        await village.exchange(station)
        assert [one.state for one in await shown(station)] == ["at_hub"]
        (envelope,) = [one for one in village.parent.envelopes.values() if one.header.seq == 2]
        for state in (ReceiptState.RECEIVED, ReceiptState.COMPLETE):
            village.parent.send(village.county.receipt(envelope.id, state))
            await village.exchange(station)
            assert [one.state for one in await shown(station)] == [state.value]
        (one,) = await shown(station, own)
        assert (one.about, one.application, one.code) == ("withdrawal", own, None)
        assert one.said == Said(subject=Withdrawal(by="农某"), at_ms=START_MS)


async def test_what_the_county_refuses_is_told_with_its_code_and_harms_nothing(
    village: Village,
) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await station.follow_ups.send(CLERK, wanted(Rating(level=5), own))
        await village.exchange(station)
        (envelope,) = [one for one in village.parent.envelopes.values() if one.header.seq == 2]
        village.parent.send(village.county.rejection(envelope.id, "followup.of-another"))
        await village.exchange(station)
        (one,) = await shown(station)
        assert (one.state, one.code) == ("rejected", "followup.of-another")
        assert await village.state(station, own) == "at_hub"


async def test_sending_again_is_answered_alike_and_other_words_are_refused(
    village: Village,
) -> None:
    photo, other = village.file(1000), village.file(1000)
    async with village.open() as station:
        own = await village.submit(station)
        first = await station.follow_ups.send(CLERK, wanted(Supplement(), own, ("photo", photo)))
        village.clock.jump_wall(ms=5000)
        again = await station.follow_ups.send(CLERK, wanted(Supplement(), own, ("photo", photo)))
        assert again == first
        for changed in (
            wanted(Supplement(), own, ("photo", other)),
            wanted(Supplement(words="x"), own, ("photo", photo)),
        ):
            with pytest.raises(FollowUpTakenError):
                await station.follow_ups.send(CLERK, changed)
        await village.exchange(station)
    assert len(arrived(village)) == 1


async def test_what_is_wrong_is_refused_and_leaves_nothing(village: Village) -> None:
    empty = village.data.parent / "empty.jpg"
    empty.write_bytes(b"")
    async with village.open() as station:
        own = await village.submit(station)
        refused = Telling(what=Delivered.TOLD, way=Way.REFUSED, person="农某")
        wrong = [
            (wanted(Rating(level=5)), FollowUpWrongError),
            (wanted(Supplement(), own), FollowUpWrongError),
            (wanted(refused, own), FollowUpWrongError),
            (wanted(Rating(level=5), "ff" * 16), ApplicationUnknownError),
            (wanted(Rating(level=5), "没有"), ApplicationUnknownError),
            (wanted(Supplement(), own, ("户口簿", village.file(10))), MaterialUnknownError),
            (wanted(Supplement(), own, ("photo", empty)), FileEmptyError),
        ]
        for one, error in wrong:
            with pytest.raises(error):
                await station.follow_ups.send(CLERK, one)
        assert await shown(station) == []
        assert list((village.data / "blobs").glob("*/*/*")) == []
        await station.follow_ups.send(CLERK, wanted(refused, own, ("", village.file(10))))


async def test_who_says_so_works_here_where_there_are_clerks(village: Village) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await station.clerks.add(CLERK, AddClerk(name="农小芳", password="山歌好比春江水啊"))
        with pytest.raises(ClerkUnknownError):
            await station.follow_ups.send(CLERK, wanted(Withdrawal(by="农某"), own, clerk="谁"))
        await station.follow_ups.send(CLERK, wanted(Withdrawal(by="农某"), own, clerk="农小芳"))
        (locked,) = await shown(station)
        assert (locked.said, locked.about) == (None, "withdrawal")
        key = ShowFollowUps(clerk="农小芳", password="山歌好比春江水啊")
        (opened,) = await station.follow_ups.shown(CLERK, key)
        assert opened.said is not None
        with pytest.raises(PasswordWrongError):
            await station.follow_ups.shown(CLERK, ShowFollowUps(clerk="农小芳", password="x"))


async def test_the_answer_to_a_letter_comes_back_also_to_who_lost_the_letter(
    village: Village,
) -> None:
    async with village.open() as station:
        await station.follow_ups.send(CLERK, wanted(LETTER))
        await village.exchange(station)
        for follow_up, words, n in ((OWN, "第一答", 2), (OWN, "旧的", 1), ("aa" * 16, "另一答", 3)):
            answer = Answer(
                follow_up=bytes.fromhex(follow_up), words=words, n=n, at_ms=START_MS + n
            )
            village.parent.send(village.county.post(answer, Lane.RESULTS))
        await village.exchange(station)
        own, lost = await shown(station)
    assert own.said == Said(subject=LETTER, at_ms=START_MS)
    assert own.answer is not None
    assert (own.answer.words, own.answer.at_ms) == ("第一答", START_MS + 2)
    assert lost.answer is not None
    assert (lost.follow_up, lost.said, lost.answer.words) == ("aa" * 16, None, "另一答")


async def test_a_lost_database_gets_it_again_from_the_journal(village: Village) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await station.follow_ups.send(CLERK, wanted(Withdrawal(by="农某"), own))
    for path in village.data.glob("station.db*"):
        path.unlink()
    async with village.open() as station:
        (one,) = await shown(station)
        assert (one.follow_up, one.application, one.about) == (OWN, own, "withdrawal")
        await village.exchange(station)
        again = await station.follow_ups.send(CLERK, wanted(Withdrawal(by="农某"), own))
        assert again.follow_up == OWN
    assert [one.said.subject for one in arrived(village)] == [Withdrawal(by="农某")]


async def test_nothing_of_what_was_said_lies_open_on_the_disk(village: Village) -> None:
    async with village.open() as station:
        await station.follow_ups.send(CLERK, wanted(LETTER))
    for path in village.data.rglob("*"):
        assert not path.is_file() or "路灯坏了".encode() not in path.read_bytes()
