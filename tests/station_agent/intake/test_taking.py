"""How an application was taken in goes with it to the county, as this station knows it."""

from dataclasses import replace

import pytest

from protocol.codec import altered
from protocol.envelope.payloads import Application
from protocol.errors import FormInvalidError, MaterialMissingError
from protocol.errors.clerk import ApplicationUnknownError, TakenInError
from protocol.errors.desk import ClerkUnknownError
from protocol.ids import ApplicationId
from protocol.records.taken_in import Agent, AgentKind, Mode, Owed, Page, Scope, TakenIn
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.intake.calls import Submission
from tests.builders.clerk import CLERK
from tests.builders.clock import START_MS
from tests.station_agent.village import Village

AGENT = Agent(name="黄小强", kind=AgentKind.VILLAGE, scope=(Scope.APPLY,))


async def sent(village: Village, station: Station, submission: Submission) -> Application:
    """Hand it in; as the county opens it."""
    await station.intake.submit(submission)
    await village.exchange(station)
    return village.county.open(village.envelope_of(submission.application))


def submission(number: int, *, supersedes: str = "", **taken: object) -> Submission:
    return Submission(
        application=ApplicationId(f"{number:032x}"),
        item="pension",
        form='{"name": "某人"}',
        supersedes=supersedes,
        taken=TakenIn(**taken),  # type: ignore[arg-type]
    )


async def test_what_was_said_is_what_the_county_opens(village: Village) -> None:
    photo = village.file(1000)
    said = TakenIn(
        clerk="农小芳",
        mode=Mode.AGENT,
        agent=AGENT,
        owed=(Owed(material="letter", until="2026-10-31"),),
        pages=(Page(attachment=0),),
        window_ms=7,
        window_day="2026-09-21",
    )
    handed = replace(village.submission(files=[("photo", photo)]), taken=said)
    async with village.open() as station:
        opened = await sent(village, station, handed)
    assert opened.taken == said


async def test_an_applicant_who_is_here_now_was_at_the_window_now(village: Village) -> None:
    async with village.open() as station:
        opened = await sent(village, station, village.submission())
    assert opened.taken == TakenIn(window_ms=START_MS)


async def test_clerk_and_checker_work_here_where_there_are_clerks(village: Village) -> None:
    async with village.open() as station:
        opened = await sent(village, station, submission(1, clerk="谁也不是"))
        assert opened.taken == TakenIn(clerk="谁也不是", window_ms=START_MS)
        await station.clerks.add(CLERK, AddClerk(name="农小芳", password="山歌好比春江水啊"))
        for said in ({"clerk": "谁也不是"}, {"clerk": "农小芳", "checker": "谁也不是"}):
            with pytest.raises(ClerkUnknownError, match="谁也不是"):
                await station.intake.submit(submission(2, **said))
        await station.intake.submit(submission(2, clerk="农小芳"))


async def test_a_later_version_names_the_one_that_it_replaces(village: Village) -> None:
    async with village.open() as station:
        first = await sent(village, station, submission(1))
        later = await sent(village, station, submission(2, supersedes=first.application.hex()))
        with pytest.raises(ApplicationUnknownError):
            await station.intake.submit(submission(3, supersedes="ff" * 16))
        with pytest.raises(ApplicationUnknownError):
            await station.intake.submit(submission(3, supersedes="没有这个"))
    assert (later.supersedes, later.corrects) == (first.application, b"")


async def test_who_insists_hands_in_an_incomplete_form(village: Village) -> None:
    bare = altered(TakenIn(), insisted="某人")
    async with village.open() as station:
        handed = Submission(
            application=ApplicationId("ab" * 16), item="permit", form="{}", taken=bare
        )
        opened = await sent(village, station, handed)
        empty = Submission(
            application=ApplicationId("cd" * 16), item="pension", form="{}", taken=bare
        )
        assert (await sent(village, station, empty)).form == "{}"
        with pytest.raises(MaterialMissingError):
            await station.intake.submit(
                Submission(application=ApplicationId("ef" * 16), item="permit", form="{}")
            )
        with pytest.raises(FormInvalidError):
            await station.intake.submit(
                Submission(application=ApplicationId("ef" * 16), item="pension", form="{}")
            )
    assert opened.taken == altered(bare, window_ms=START_MS)


async def test_what_contradicts_itself_is_not_taken(village: Village) -> None:
    async with village.open() as station:
        with pytest.raises(TakenInError, match="有复核人，没有受理人"):
            await station.intake.submit(submission(1, checker="农小芳"))
