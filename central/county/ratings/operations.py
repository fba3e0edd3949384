"""Ratings for whoever may: rights, and the record of each look and step.

Handlers see bad ratings and act on them; sums are for everybody who may look. Which limits count
is said by whoever reads the record (the auditor). Source: docs/ratings.md.
"""

from central.accounts.roles import Right
from central.county.ratings.calls import (
    DO,
    LIST,
    SET_LIMITS,
    SHOW,
    SHOW_LIMITS,
    SUMS,
    CallbackShown,
    CallbacksShown,
    DoCallback,
    LimitsShown,
    ListCallbacks,
    SetLimits,
    ShowCallback,
    ShowSums,
    SumsShown,
)
from central.county.ratings.limits import Limits
from central.county.ratings.opening import Done
from central.county.ratings.room import RatingRoom
from central.county.ratings.steps import KINDS
from central.county.ratings.words import STATES
from protocol.errors import UsageError
from protocol.limits import MAX_NAME_CHARS
from protocol.text import visible
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class RatingOperations:
    """The ratings of one county."""

    def __init__(self, room: RatingRoom, record: Record) -> None:
        self._room, self._record = room, record

    async def list(self, actor: Actor, wanted: ListCallbacks, _: Report = silent) -> CallbacksShown:
        """A page of bad ratings: numbers of cases, nobody's words.

        Raises LoginForbiddenError, UsageError.
        """
        actor.require(Right.CASES)
        if wanted.state not in ("", *STATES):
            raise UsageError(f"不认识的状态：{wanted.state[:20]}")
        return await self._room.callbacks.list(wanted)

    async def show(self, actor: Actor, wanted: ShowCallback, _: Report = silent) -> CallbackShown:
        """One bad rating with the citizen's words: the record says who looked.

        Raises LoginForbiddenError, and as Callbacks.show.
        """
        async with self._record.action(actor, SHOW.name, subject=wanted.case):
            actor.require(Right.CASES)
            return await self._room.callbacks.show(wanted.case)

    async def do(self, actor: Actor, wanted: DoCallback, _: Report = silent) -> CallbackShown:
        """Do something about a bad rating. Raises LoginForbiddenError, and as Callbacks.do."""
        detail = {"kind": wanted.kind[:20], "detail": wanted.detail[:20], "as": wanted.by}
        async with self._record.action(actor, DO.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            if wanted.kind not in KINDS:
                raise UsageError(f"不认识的办法：{wanted.kind[:20]}")
            named = wanted.by if actor.rights is None else ""
            if len(named) > MAX_NAME_CHARS or visible(named) != named:
                raise UsageError(f"--as 应是 1 到 {MAX_NAME_CHARS} 个看得见的字")
            return await self._room.callbacks.do(
                wanted.case,
                Done(
                    kind=wanted.kind,
                    detail=wanted.detail,
                    words=wanted.words.strip(),
                    by=named or actor.name,
                    checked=bool(named) or actor.rights is not None,
                ),
            )

    async def sums(self, actor: Actor, wanted: ShowSums, _: Report = silent) -> SumsShown:
        """Sums of ratings. Raises LoginForbiddenError, UsageError."""
        actor.require(Right.LOOK)
        return await self._room.sums.show(wanted)

    async def limits(self, actor: Actor, _: Nothing, __: Report = silent) -> LimitsShown:
        """The limits that count. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        return _limits(await self._room.opening.limits_now())

    async def set_limits(self, actor: Actor, wanted: SetLimits, _: Report = silent) -> LimitsShown:
        """Other limits, for what comes from now on. Raises LoginForbiddenError, UsageError."""
        detail = {"call": wanted.call[:20], "close": wanted.close[:20]}
        async with self._record.action(actor, SET_LIMITS.name, detail=detail):
            actor.require(Right.RECORD)
            return _limits(await self._room.opening.set_limits(wanted.call, wanted.close))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(LIST, self.list),
            Handler(SHOW, self.show),
            Handler(DO, self.do),
            Handler(SUMS, self.sums),
            Handler(SHOW_LIMITS, self.limits),
            Handler(SET_LIMITS, self.set_limits),
        )


def _limits(limits: Limits) -> LimitsShown:
    call, close = limits.days
    return LimitsShown(
        call=limits.call, close=limits.close, words={"call": str(call), "close": str(close)}
    )
