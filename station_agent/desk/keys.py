"""What the desk's handlers find in their application."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from protocol.errors import LoginNeededError
from protocol.ids import ApplicationId
from protocol.ports import Randomness
from runtime.node.slips import SlipVerifier
from runtime.sticks.places import Place, places
from runtime.web.page import Page
from station_agent.answers.service import AnswerService
from station_agent.circulars.service import CircularService
from station_agent.clerks.service import ClerkService
from station_agent.clerks.unlocking import Opened
from station_agent.desk.clerks.logins import DeskReader
from station_agent.desk.door import DeskDoor
from station_agent.desk.intake.left import LeftForms
from station_agent.drafts.earlier import EarlierForms
from station_agent.drafts.following import FollowingDrafts
from station_agent.drafts.service import DraftService
from station_agent.drafts.versions import DraftVersions
from station_agent.exchange.operations import ExchangeOperations
from station_agent.followups.due import DueService
from station_agent.followups.filings import FilingService
from station_agent.followups.publicity import PublicityService
from station_agent.followups.service import FollowUpService
from station_agent.handover.service import HandoverService
from station_agent.intake.operations import IntakeOperations
from station_agent.keys.forgotten import ForgottenPasswords
from station_agent.originals.service import OriginalService
from station_agent.queueing.service import QueueService
from station_agent.ratings.service import RatingService
from station_agent.slips.service import SlipService
from station_agent.status.results import ResultService
from station_agent.status.service import StatusService
from station_agent.status.situation import SituationService
from station_agent.status.stuck import StuckService
from station_agent.stick.operations import StickOperations

if TYPE_CHECKING:
    from station_agent.batches.handing_in import BatchHandingIn
    from station_agent.intake.service import IntakeService
    from station_agent.papers.service import PaperService


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The services behind the pages: the same that commands call."""

    door: DeskDoor
    clerks: ClerkService
    forgotten: ForgottenPasswords
    status: StatusService
    situation: SituationService
    exchange: ExchangeOperations
    stick: StickOperations
    sticks: Callable[[], Sequence[Place]] = places  # that are mounted here; blocks
    results: ResultService
    applying: IntakeOperations
    intake: Callable[[], "IntakeService"]
    slips: SlipService
    verifier: SlipVerifier
    randomness: Randomness
    drafts: DraftService
    queueing: QueueService
    batches: Callable[[], "BatchHandingIn"]
    papers: Callable[[], "PaperService"]
    follow_ups: FollowUpService
    answers: AnswerService
    originals: OriginalService
    ratings: RatingService
    filings: FilingService
    publicity: PublicityService
    circulars: CircularService
    left: LeftForms  # sent while nobody was logged in

    @property
    def villages(self) -> Mapping[str, str]:
        """The villages that this PC serves, its own first: names by division code."""
        entry = self.status.roster().nodes[self.status.node]
        return {entry.code: entry.name, **{one.code: one.name for one in entry.serves}}

    @property
    def handover(self) -> HandoverService:
        """What a clerk who leaves hands over."""
        return HandoverService(clerks=self.clerks, drafts=self.drafts)

    @property
    def versions(self) -> DraftVersions:
        """What becomes of a draft when its item changes."""
        return DraftVersions(self.drafts)

    @property
    def following(self) -> FollowingDrafts:
        """Drafts that follow an application."""
        return FollowingDrafts(drafts=self.drafts, randomness=self.randomness)

    @property
    def stuck(self) -> StuckService:
        """Why an application does not get on."""
        return StuckService(database=self.drafts.database, situation=self.situation)

    @property
    def due(self) -> DueService:
        """What is still to come after applications."""
        return DueService(database=self.drafts.database, today=self.drafts.today)

    @property
    def earlier(self) -> EarlierForms:
        """What was taken in for a person before."""
        return EarlierForms(self.drafts)


DESK = web.AppKey("DESK", Desk)
NOTED_S = 600.0  # for so long pages of one application are one opening


def reader_of(page: Page) -> DeskReader:
    """The clerk at the desk.

    Raises:
        LoginNeededError: nobody is there.
    """
    reader = page.login
    if not isinstance(reader, DeskReader):
        raise LoginNeededError
    return reader


async def note_opening(page: Page, application: ApplicationId) -> None:
    """Write down that the reader sees an application that is being filled in; not each click."""
    drafts = page.request.app[DESK].drafts
    await _note(page, application, lambda opened: drafts.note_read(opened, application))


async def note_followed(page: Page, application: str) -> None:
    """The same of what follows an application, or follows none."""
    follow_ups = page.request.app[DESK].follow_ups
    key = f"followed {application}"
    await _note(page, key, lambda opened: follow_ups.note_seen(opened, application))


async def note_list(page: Page) -> None:
    """The same of a page that lists what was written."""
    await _note(page, page.request.path, page.request.app[DESK].follow_ups.note_listed)


async def _note(page: Page, seen: str, write: Callable[[Opened], Awaitable[None]]) -> None:
    reader, now_s = reader_of(page), page.site.clock.ticks_s()
    if now_s - reader.seen_s.get(seen, -NOTED_S) >= NOTED_S:
        await write(reader.opened)
        reader.seen_s[seen] = now_s


def opened_of(page: Page) -> Opened:
    """The vault that the reader's login holds open. Raises LoginNeededError."""
    return reader_of(page).opened
