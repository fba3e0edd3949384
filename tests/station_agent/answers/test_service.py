"""What the county answered lies here until somebody got it; each record is made once."""

from dataclasses import replace
from pathlib import Path

import pytest

from protocol.codec import altered
from protocol.envelope.payloads import Outcome
from protocol.errors import ApplicationUnknownError, UsageError
from protocol.errors.answers import (
    AgentScopeError,
    AnswerFileMissingError,
    AnswerToldError,
    AnswerUnknownError,
)
from protocol.errors.clerk import FollowUpWrongError
from protocol.errors.desk import ClerkUnknownError
from protocol.ids import ApplicationId
from protocol.records.followups import Delivered, Rating, Said, Telling, Way
from protocol.records.taken_in import Agent, AgentKind, Scope, TakenIn
from station_agent.answers.calls import LyingShown, RecordTelling, ShowLying
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk, Proof
from station_agent.clerks.unlocking import Opened
from station_agent.followups.calls import SendFollowUp, ShowFollowUps
from station_agent.status.calls import ShowStatus
from station_agent.store import answers
from station_agent.store.desk import clerks
from tests.builders.clerk import CLERK, status_of
from tests.builders.clock import START_MS
from tests.station_agent.village import Village

FANG, WORD = "韦小芳", "山歌好比春江水啊"
PAPER = b"%PDF-1.7 the decision"
DAY_MS = 86_400_000


async def opened_by(station: Station) -> Opened:
    return await station.unlocking.unlock(ShowStatus())


async def lying(station: Station, application: str = "") -> list[LyingShown]:
    return await station.answers.lying(CLERK, ShowLying(application=application))


def telling(
    application: str,
    what: Delivered = Delivered.HANDED_OVER,
    way: Way = Way.IN_PERSON,
    *,
    n: int = 0,
    files: tuple[Path, ...] = (),
    clerk: str = "",
    **facts: object,
) -> RecordTelling:
    subject = altered(Telling(what=what, way=way, person="黄秀英"), **facts)
    said = Said(subject=subject, clerk=clerk)
    return RecordTelling(application=application, said=said, n=n, files=files)


async def decided(
    village: Village, station: Station, *, file: bytes | None = PAPER, agent: Agent | None = None
) -> ApplicationId:
    """An application with a decision, number 1."""
    submission = village.submission("黄秀英")
    if agent is not None:
        submission = replace(submission, taken=TakenIn(agent=agent))
    application = await station.intake.submit(submission)
    envelope, blobs = village.county.decision(bytes.fromhex(application), note="准予", file=file)
    village.parent.send(envelope, blobs)
    await village.exchange(station)
    return application


async def test_a_decision_lies_here_until_its_paper_was_handed_over(village: Village) -> None:
    async with village.open() as station:
        application = await decided(village, station)
        (one,) = await lying(station)
        assert (one.application, one.n, one.kind, one.files) == (application, 1, "decided", 1)
        assert (one.applicant, one.told, one.at_ms) == ("黄秀英", False, START_MS)
        assert one.limit is not None
        assert (one.limit.days, one.limit.day) == (10, 0)

        call = telling(application, Delivered.TOLD, Way.TELEPHONE)
        told = await station.answers.record(CLERK, call)
        (one,) = await lying(station)
        assert (one.told, one.limit) == (True, None)  # told in time; the paper still lies here
        handed = await station.answers.record(CLERK, telling(application))
        assert await lying(station) == []
        assert told.follow_up != handed.follow_up

        await village.exchange(station)
        answer = await station.answers.one(await opened_by(station), application, 1)
    assert [(one.telling.what.value, one.telling.way.value) for one in answer.records] == [
        ("told", "telephone"),
        ("handed-over", "in-person"),
    ]
    assert [one.state for one in answer.records] == ["at_hub", "at_hub"]
    arrived = [one for one in village.parent.envelopes.values() if one.header.seq > 1]
    said = [village.county.open_follow_up(one).said.subject for one in arrived]
    assert said == [call.telling, telling(application).telling]


async def test_without_files_telling_is_enough_and_a_new_decision_lies_here_anew(
    village: Village,
) -> None:
    async with village.open() as station:
        application = await decided(village, station, file=None)
        await station.answers.record(CLERK, telling(application, Delivered.TOLD))
        assert await lying(station) == []
        envelope, _ = village.county.decision(
            bytes.fromhex(application), Outcome.CORRECTION, n=7, at_ms=START_MS + 1
        )
        village.parent.send(envelope)
        await village.exchange(station)
        (one,) = await lying(station)
        assert (one.n, one.kind, one.told) == (7, "returned", False)
        assert one.limit is not None
        assert one.limit.days == 5
        with pytest.raises(AnswerUnknownError):
            await station.answers.record(CLERK, telling(application, Delivered.TOLD, n=1))
        await station.answers.record(CLERK, telling(application, Delivered.TOLD))
        assert await lying(station) == []


async def test_each_document_lies_here_by_itself_with_its_own_days(village: Village) -> None:
    async with village.open() as station:
        application = await decided(village, station)
        own = bytes.fromhex(application)
        accepted, blobs = village.county.document(
            own, "受理通知书", note="已受理", file=b"%PDF accepted", n=5, days=3, at_ms=START_MS - 9
        )
        village.parent.send(accepted, blobs)
        village.parent.send(village.county.document(own, "证书", n=6, at_ms=START_MS + 9)[0])
        await village.exchange(station)
        found = await lying(station)
        assert [(one.n, one.kind, one.name) for one in found] == [
            (5, "document", "受理通知书"),
            (1, "decided", None),
            (6, "document", "证书"),
        ]
        assert [one.limit.days if one.limit else None for one in found] == [3, 10, None]
        opened = await opened_by(station)
        one = await station.answers.one(opened, application, 5)
        assert (one.name, one.note, one.case) == ("受理通知书", "已受理", "2026-1")
        assert await station.answers.file(opened, application, 5, 0) == (
            "document.pdf",
            b"%PDF accepted",
        )
        with pytest.raises(AnswerUnknownError):
            await station.answers.file(opened, application, 5, 1)
        with pytest.raises(UsageError):  # the county must learn which it was
            await station.answers.record(CLERK, telling(application, n=5))
        handed = telling(application, n=5, document="受理通知书")
        await station.answers.record(CLERK, handed, opened=opened)
        named = telling(application, document="证书")
        await station.answers.record(CLERK, named, opened=opened)
        assert [one.n for one in await lying(station, application)] == [1]
        with pytest.raises(ApplicationUnknownError):
            await lying(station, "ff" * 16)


async def test_a_file_that_is_on_its_way_is_not_there_yet(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        village.parent.send(village.county.decision(bytes.fromhex(application), file=PAPER)[0])
        await village.exchange(station)
        opened = await opened_by(station)
        (file,) = (await station.answers.one(opened, application, 1)).files
        assert not file.here
        with pytest.raises(AnswerFileMissingError):
            await station.answers.file(opened, application, 1, 0)


async def test_only_an_agent_who_may_collect_gets_it(village: Village) -> None:
    may = Agent(name="黄小强", kind=AgentKind.RELATIVE, scope=(Scope.APPLY, Scope.COLLECT))
    not_may = Agent(name="黄小强", kind=AgentKind.RELATIVE, scope=(Scope.APPLY, Scope.CORRECT))
    async with village.open() as station:
        opened = await opened_by(station)
        for agent, person, error in (
            (None, "黄小强", AgentScopeError),
            (not_may, "黄小强", AgentScopeError),
            (may, "别人", AgentScopeError),
            (may, "黄小强", None),
        ):
            application = await decided(village, station, agent=agent)
            wanted = telling(application, way=Way.AGENT, person=person)
            if error is None:
                assert await station.answers.agent(opened, application) == may
                await station.answers.record(CLERK, wanted, opened=opened)
                assert await lying(station, application) == []
                continue
            with pytest.raises(error):
                await station.answers.record(CLERK, wanted, opened=opened)
            assert len(await lying(station, application)) == 1
        # the scope counts at the command line, too, where nobody opened the vault
        application = await decided(village, station, agent=not_may)
        with pytest.raises(AgentScopeError):
            await station.answers.record(CLERK, telling(application, way=Way.AGENT))


async def test_one_record_of_each_and_what_contradicts_itself_is_refused(village: Village) -> None:
    async with village.open() as station:
        application = await decided(village, station)
        for wrong in (
            telling(application, way=Way.REFUSED, witnesses=("甲",)),
            telling(application, way=Way.TELEPHONE),
        ):
            with pytest.raises(FollowUpWrongError):
                await station.answers.record(CLERK, wrong)
        assert len(await lying(station)) == 1
        left = telling(application, way=Way.REFUSED, witnesses=("甲", "乙"))
        first = await station.answers.record(CLERK, left)
        assert await station.answers.record(CLERK, left) == first
        with pytest.raises(AnswerToldError):
            await station.answers.record(CLERK, telling(application))
        listed = await station.follow_ups.shown(CLERK, ShowFollowUps())
        assert [one.about for one in listed] == ["telling"]
        with pytest.raises(UsageError):
            await station.answers.record(
                CLERK, RecordTelling(application=application, said=Said(subject=Rating(level=5)))
            )


async def test_a_photo_proves_a_refusal_and_an_old_paper_is_recorded_by_its_name(
    village: Village,
) -> None:
    async with village.open() as station:
        application = await decided(village, station)
        photo = village.file(1000)
        left = telling(application, way=Way.REFUSED, files=(photo,))
        await station.answers.record(CLERK, left)
        assert await lying(station) == []
        await station.answers.record(CLERK, telling(application, document="一张旧通知"))
        listed = await station.follow_ups.shown(CLERK, ShowFollowUps())
    assert [one.about for one in listed] == ["telling", "telling"]


async def test_names_are_for_who_opens_the_vault_and_who_says_so_works_here(
    village: Village,
) -> None:
    async with village.open() as station:
        application = await decided(village, station)
        envelope, _ = village.county.document(bytes.fromhex(application))
        village.parent.send(envelope)
        await village.exchange(station)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        locked = await lying(station)
        assert [(one.applicant, one.name) for one in locked] == [(None, None)] * 2
        key = ShowLying(clerk=FANG, password=WORD)
        assert [one.applicant for one in await station.answers.lying(CLERK, key)] == ["黄秀英"] * 2
        with pytest.raises(ClerkUnknownError):
            await station.answers.record(CLERK, telling(application, clerk="谁"))
        await station.answers.record(CLERK, telling(application, clerk=FANG))
        opened = await station.unlocking.unlock(Proof(clerk=FANG, password=WORD))
        (record,) = (await station.answers.one(opened, application, 1)).records
    assert (record.clerk, record.at_ms) == (FANG, START_MS)


async def test_the_pile_counts_all_shows_some_and_says_what_is_urgent(village: Village) -> None:
    async with village.open() as station:
        applications = [await decided(village, station) for _ in range(3)]
        opened = await opened_by(station)
        count, shown, near = await station.answers.pile(opened, 2)
        assert (count, [one.application for one in shown], near) == (3, applications[:2], 0)
        village.parent.time_ms = START_MS + 12 * DAY_MS
        village.clock.jump_wall(ms=12 * DAY_MS)
        await village.exchange(station)
        _, shown, near = await station.answers.pile(opened, 2)
        assert near == 3
        assert all(one.limit and one.limit.near for one in shown)
        call = telling(applications[0], Delivered.TOLD, Way.TELEPHONE)
        await station.answers.record(CLERK, call)
        assert (await station.answers.pile(opened, 2))[2] == 2


async def test_a_record_that_came_from_elsewhere_under_its_id_counts(village: Village) -> None:
    """As after a power cut, when the journal brings back the record without its words."""
    async with village.open() as station:
        application = await decided(village, station)
        opened = await opened_by(station)
        (row,) = await station.database.read(lambda tx: answers.of_application(tx, application))
        wanted = SendFollowUp(
            follow_up=row.handed_id, application=application, said=telling(application).said
        )
        await station.follow_ups.send(CLERK, wanted)
        assert await lying(station) == []
        assert (await station.answers.one(opened, application, 1)).handed


async def test_photos_that_no_record_took_go_once_nothing_lies_here(village: Village) -> None:
    async with village.open() as station:
        told = await decided(village, station, file=None)
        lies = await station.intake.submit(village.submission("陆大山"))
        village.parent.send(village.county.decision(bytes.fromhex(lies), n=2)[0])
        await village.exchange(station)
        opened = await opened_by(station)
        for own, n in ((told, 1), (lies, 2)):
            filing = answers.record_id(own, "handed-over", n)
            await station.serving().filings.save(
                opened, filing, about="telling", application=own, texts={}
            )
        await station.answers.record(CLERK, telling(told, Delivered.TOLD))
        tidy, seen = station.upkeep.housekeeping.hourly, list[list[str]]()
        for _ in range(2):
            await tidy()
            seen.append([one.application for one in await station.serving().filings.every(opened)])
            await village.clock.advance(31 * DAY_MS / 1000)
        await tidy()
        left = [one.application for one in await station.serving().filings.every(opened)]
    assert seen[0] == [told, lies]
    assert left == [lies]


async def test_who_acts_and_who_was_told_come_back_after_a_lost_database(village: Village) -> None:
    may = Agent(name="黄小强", kind=AgentKind.RELATIVE, scope=(Scope.COLLECT,))
    async with village.open() as station:
        application = await decided(village, station, agent=may)
        wanted = telling(application, way=Way.AGENT, person="黄小强")
        await station.answers.record(CLERK, wanted, opened=await opened_by(station))
    for path in village.data.glob("station.db*"):
        path.unlink()
    async with village.open() as station:
        opened = await opened_by(station)
        assert await station.answers.agent(opened, application) == may
        (shown,) = (await status_of(station))["applications"]
        assert shown["applicant"] == "黄秀英"
        (told,) = await station.follow_ups.told(opened.vault, application)
        assert told.said
        assert told.said.subject == wanted.said.subject


async def test_of_an_application_that_is_not_known_here_an_agent_may_collect(
    village: Village,
) -> None:
    """Its disk was lost after the county had it: the paper of the agent decides."""
    async with village.open() as station:
        application = ApplicationId("e" * 32)
        envelope, _ = village.county.decision(bytes.fromhex(application), note="准予")
        village.parent.send(envelope)
        await village.exchange(station)
        wanted = telling(application, Delivered.TOLD, Way.AGENT, person="黄小强")
        await station.answers.record(CLERK, wanted, opened=await opened_by(station))
        assert await lying(station, application) == []


async def test_whoever_opens_a_file_alone_is_written_down(village: Village) -> None:
    async with village.open() as station:
        application = await decided(village, station)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        opened = await station.unlocking.unlock(Proof(clerk=FANG, password=WORD))
        await station.database.write(lambda tx: tx.run("DELETE FROM openings"))
        assert (await station.answers.file(opened, application, 1, 0))[1] == PAPER
        (line,) = await station.database.read(clerks.openings)
        assert (line.clerk, line.application) == (FANG, application)
