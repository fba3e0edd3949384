"""Why an application does not get on, and what it needs; nothing that waits its turn is stuck.

Source: docs/operations.md, "After handing in".
"""

from dataclasses import dataclass
from enum import Enum

from protocol.errors import ApplicationUnknownError
from protocol.ids import ApplicationId
from protocol.trust.reports.situation import Line, Standing
from runtime.actor import Actor
from runtime.control.calls import Nothing
from station_agent.status.calls import SituationShown
from station_agent.status.situation import SituationService
from station_agent.store import applications, listing, station
from station_agent.store.applications import ApplicationState, ApplicationView
from station_agent.store.db import Database, Transaction

LONG_S = 6 * 3600.0  # a line that takes longer for one application: carry it by hand
_WAITS = (ApplicationState.SAVED, ApplicationState.AT_HUB, ApplicationState.RECEIVED)
_LANE = "applications"


class StuckReason(Enum):
    """What keeps it."""

    DAMAGED = "damaged"  # a file of it can't be read on this PC
    TOO_LARGE = "too-large"  # for the nodes on its way
    NEWER = "newer"  # a node needs a newer program to read it
    FULL = "full"  # the parent has no room
    STANDING = "standing"  # the county withdraws this PC, or has suspended it
    REFUSED = "refused"  # anything else for which a node sets it aside
    SLOW = "slow"  # it is too large for this line
    WINDOW = "window"  # the line is open at other times
    BUDGET = "budget"  # the traffic of today is spent
    LINE = "line"  # nobody was reached for long


_BY_CODE = {
    "store.damaged": StuckReason.DAMAGED,
    "peer.blob-missing": StuckReason.DAMAGED,
    "peer.too-large": StuckReason.TOO_LARGE,
    "peer.needs-newer": StuckReason.NEWER,
    "line.quota": StuckReason.FULL,
    "line.control-quota": StuckReason.FULL,
    "line.no-room": StuckReason.FULL,
}
_BY_WAIT = {"window": StuckReason.WINDOW, "budget": StuckReason.BUDGET}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """One that does not get on."""

    reason: StuckReason
    code: str  # of an error; empty: there is none
    at_ms: int | None  # when a node said so, by its clock; None: nobody said it
    size: int  # bytes, with its files
    line_s: float | None  # that this line takes for them; None: not measured
    situation: str  # ten digits to be read out to a helper


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckService:
    """Looks at single applications of one station."""

    database: Database
    situation: SituationService

    async def of(self, actor: Actor, application: ApplicationId) -> Stuck | None:
        """Why it does not get on; None: it does, or the county has answered it.

        Raises:
            ApplicationUnknownError: no such application here.
        """
        view, size, bytes_per_s = await self.database.read(lambda tx: _looked(tx, application))
        if view.state not in _WAITS:
            return None
        now = await self.situation.situation(actor, Nothing())
        line_s = size / bytes_per_s if bytes_per_s else None
        found = _said(view) or _waiting(view, now, line_s)
        if found is None:
            return None
        return Stuck(
            reason=found,
            code=view.problem or (view.notice.code if view.notice else ""),
            at_ms=view.notice.at_ms if view.notice else None,
            size=size,
            line_s=line_s,
            situation=now.code,
        )


def _looked(
    tx: Transaction, application: ApplicationId
) -> tuple[ApplicationView, int, float | None]:
    view = applications.view(tx, application)
    if view is None:
        raise ApplicationUnknownError(application)
    sizes = listing.sizes(tx, [view.envelope]) if view.envelope else {}
    return view, sum(sizes.values()), station.read_state(tx).line.bytes_per_s


def _said(view: ApplicationView) -> StuckReason | None:
    """What some node said of it."""
    code = view.problem or (view.notice.code if view.notice else "")
    if not code:
        return None
    if code.startswith("node."):
        return StuckReason.STANDING
    return _BY_CODE.get(code, StuckReason.REFUSED)


def _waiting(
    view: ApplicationView, now: SituationShown, line_s: float | None
) -> StuckReason | None:
    """Why one that nobody refused has not left."""
    if view.state is not ApplicationState.SAVED:
        return None
    if now.standing in (Standing.SUSPENDED.value, Standing.STOPPED.value, Standing.RETIRED.value):
        return StuckReason.STANDING
    if line_s is not None and line_s > LONG_S:
        return StuckReason.SLOW
    if (shut := now.shut.get(_LANE)) is not None:
        return _BY_WAIT.get(shut)
    return StuckReason.LINE if now.line in (Line.AWAY.value, Line.NEVER.value) else None
