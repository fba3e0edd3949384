"""Ratings: passed on to the county once for each application, and shown here in sums of five.

A rating is a follow-up whose id follows from its application. The clerk sees none of them by
itself: sums grow by five at a time, so that no two of them differ by the rating of one person.

Source: docs/operations.md, "Ratings"; 国办发〔2019〕51号.
"""

import hashlib
from collections import Counter
from contextlib import suppress

from protocol.errors import UsageError
from protocol.errors.answers import RatedAlreadyError
from protocol.errors.clerk import ApplicationUnknownError, FollowUpTakenError
from protocol.ids import ApplicationId
from protocol.records.followups import LEVELS, Rating, Said
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from station_agent.clerks.unlocking import Opened, UnlockingService
from station_agent.followups.calls import FollowUpSent, SendFollowUp
from station_agent.followups.service import FollowUpService
from station_agent.inbox.results import follow_up_context
from station_agent.ratings.calls import (
    RATE,
    RATINGS,
    RateApplication,
    RatingSums,
    ShowRatings,
)
from station_agent.store import applications, follow_ups
from station_agent.store.db import Database, Transaction
from station_agent.store.desk.clerks import Purpose

SUMMED = 5  # ratings by which a sum grows, and without which there is none
_ABOUT = "rating"
_ID_CHARS = 32


def rating_id(application: str) -> ApplicationId:
    """Id of the rating of an application: the same each time, so there is one."""
    text = f"yizhan rating {application}"
    return ApplicationId(hashlib.sha256(text.encode()).hexdigest()[:_ID_CHARS])


class RatingService:
    """Of one station."""

    def __init__(
        self, *, database: Database, unlocking: UnlockingService, follow_ups: FollowUpService
    ) -> None:
        self._database, self._unlocking, self._follow_ups = database, unlocking, follow_ups

    async def rate(self, actor: Actor, wanted: RateApplication, _: Report = silent) -> FollowUpSent:
        """Pass a rating on; on disk when this returns. The same again is answered alike.

        Raises:
            ApplicationUnknownError: no such application here.
            RatedAlreadyError: it has been rated, and otherwise; nothing was stored.
            ClerkUnknownError, DiskFullError: nothing was stored; and as FollowUpService.send.
        """
        own = await self._database.read(lambda tx: _found(tx, wanted.application))
        if await self.is_rated_otherwise(own):
            raise RatedAlreadyError
        sending = SendFollowUp(
            follow_up=rating_id(own),
            application=own,
            said=wanted.said,
        )
        try:
            return await self._follow_ups.send(actor, sending)
        except FollowUpTakenError:
            raise RatedAlreadyError from None

    async def is_rated(self, application: str) -> bool:
        """Whether somebody has rated it. Raises ApplicationUnknownError."""

        def read(tx: Transaction) -> bool:
            own = _found(tx, application)
            return any(one.about == _ABOUT for one in follow_ups.views(tx, own))

        return await self._database.read(read)

    async def is_rated_otherwise(self, own: ApplicationId) -> bool:
        """Whether a rating stands under another id, as an older program made it."""

        def read(tx: Transaction) -> bool:
            rated = [one for one in follow_ups.views(tx, own) if one.about == _ABOUT]
            return any(one.follow_up != rating_id(own) for one in rated)

        return await self._database.read(read)

    async def ratings(self, _: Actor, wanted: ShowRatings, __: Report = silent) -> RatingSums:
        """The sums, for whoever opens the vault.

        Raises:
            LockedError, PasswordWrongError, ClerkWaitError: they stay closed.
        """
        opened = await self._unlocking.unlock(wanted)
        return await self.sums(opened)

    async def sums(self, opened: Opened) -> RatingSums:
        """The same for whoever opened it."""
        await self._unlocking.note(opened, Purpose.LIST)

        def read(tx: Transaction) -> RatingSums:
            sealed = follow_ups.sealed_about(tx, _ABOUT)
            counted = len(sealed) - len(sealed) % SUMMED
            said = [
                opened.vault.take_out(follow_up_context(own), one, Said)
                for own, one in sealed[:counted]
            ]
            levels = Counter(one.subject.level for one in said if isinstance(one.subject, Rating))
            return RatingSums(
                counted=counted,
                levels={str(level): levels[level] for level in range(LEVELS, 0, -1)}
                if counted
                else {},
                kept_back=len(sealed) - counted,
                unrated=follow_ups.decided_without(tx, _ABOUT),
            )

        return await self._database.read(read)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(RATE, self.rate), Handler(RATINGS, self.ratings))


def _found(tx: Transaction, name: str) -> ApplicationId:
    """The application of this name. Raises ApplicationUnknownError."""
    with suppress(UsageError):
        if (view := applications.find(tx, name)) is not None:
            return view.application
    raise ApplicationUnknownError(name[:50])
