"""Cases that may be one: a list of them, two side by side, and what somebody says of them.

Linking and merging are the events of the log, with its rights; that two are two is kept beside it.

Source: docs/casework.md, "Twice the same".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.roles import Right
from central.county.casework.calls import CaseShown, ShowCase
from central.county.casework.finding.pairs import (
    Pair,
    Verdict,
    judge,
    open_pairs,
    open_pairs_of,
)
from central.county.casework.operations import CaseOperations
from central.county.casework.service import Casework
from central.county.flows.calls import Act
from central.county.flows.log import CaseLog
from central.county.flows.operations import FlowOperations
from central.county.flows.queries import states_of
from central.store.engine import Store
from protocol.casework.states import State
from protocol.errors import UsageError
from protocol.limits import MAX_NOTE_CHARS
from protocol.ports import Clock
from runtime.actor import Actor
from runtime.record import Record

LIST, JUDGE = "county.duplicates", "county.duplicate-judge"
PAGE = 50
_GONE = frozenset({State.CONTINUED.value, State.WITHDRAWN.value})


class Said(StrEnum):
    """What somebody says of two cases."""

    NONE = "none"  # they are two
    LINK = "link"
    MERGE = "merge"  # the first goes on as the second


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """Two cases in the list; nothing that says whose they are."""

    newer: str  # case number
    older: str
    title: str  # of their item
    newer_state: str
    older_state: str
    received_ms: int  # of the newer one


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLines:
    """A page of the list."""

    pairs: Sequence[PairLine]
    more: str  # behind which the next page goes on; empty: this was the last


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgePair:
    """Somebody says it."""

    case: str
    other: str
    said: Said
    reason: str
    seen: int = 0  # number of the last event of ``case`` that was seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """Of one county."""

    store: Store
    casework: Casework
    log: CaseLog
    acts: FlowOperations
    cases: CaseOperations
    record: Record
    clock: Clock

    async def page(self, actor: Actor, after: str = "") -> PairLines:
        """Pairs that nobody has judged, the newest first.

        Raises LoginForbiddenError; UsageError: ``after`` is no place.
        """
        actor.require(Right.CASES)
        place = _read_place(after)

        async def work(session: AsyncSession) -> PairLines:
            pairs = await open_pairs(session, place, PAGE + 1)
            lines = await self._lines(session, pairs[:PAGE])
            more = _place(pairs[PAGE - 1]) if len(pairs) > PAGE else ""
            return PairLines(pairs=lines, more=more)

        async with self.record.action(actor, LIST):
            return await self.store.transact(work)

    async def beside(self, actor: Actor, case: str) -> Sequence[PairLine]:
        """Pairs of one case, for its page; whose look at it is kept stands there."""
        actor.require(Right.CASES)

        async def work(session: AsyncSession) -> Sequence[PairLine]:
            handled = await self.casework.handled(session, case)
            return await self._lines(session, await open_pairs_of(session, handled.key))

        return await self.store.transact(work)

    async def both(self, actor: Actor, case: str, other: str) -> tuple[CaseShown, CaseShown]:
        """Two cases: the record says that somebody looked at each.

        Raises LoginForbiddenError, and as CaseReading.one; UsageError: they are one.
        """
        first = await self.cases.one(actor, ShowCase(case=case))
        second = await self.cases.one(actor, ShowCase(case=other))
        if first.case.case == second.case.case:
            raise UsageError("这是同一件")
        return first, second

    async def judge(self, actor: Actor, wanted: JudgePair) -> None:
        """Link two cases, let one go on as the other, or say that they are two.

        Raises LoginForbiddenError, and as FlowOperations.act; UsageError: no reason is given.
        """
        reason = wanted.reason.strip()
        if not 0 < len(reason) <= MAX_NOTE_CHARS:
            raise UsageError("请写明理由")
        detail = {"case": wanted.other, "verdict": wanted.said.value}
        async with self.record.action(actor, JUDGE, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            if wanted.said is not Said.NONE:
                await self.acts.act(
                    actor,
                    Act(
                        case=wanted.case,
                        action=wanted.said.value,
                        note=reason,
                        fields={"case": wanted.other},
                        seen=wanted.seen,
                    ),
                )
            await self._keep(wanted, actor.name, reason)

    async def _keep(self, wanted: JudgePair, by: str, reason: str) -> None:
        """After the event: a power cut between both leaves the pair to be judged once more."""

        async def work(session: AsyncSession) -> None:
            one = await self.casework.handled(session, wanted.case)
            other = await self.casework.handled(session, wanted.other)
            if one.key == other.key:
                raise UsageError("这是同一件")
            await judge(
                session,
                one.key,
                other.key,
                _VERDICTS[wanted.said],
                by=by,
                reason=reason,
                at_ms=self.clock.now_ms(),
            )

        await self.store.transact(work)

    async def _lines(self, session: AsyncSession, pairs: Sequence[Pair]) -> Sequence[PairLine]:
        keys = {key for one in pairs for key in one.keys}
        handled = await self.casework.handled_of(session, keys)
        states = await states_of(session, keys)
        lines = list[PairLine]()
        for one in pairs:
            newer, older = (states.get(key, "") for key in one.keys)
            if {newer, older} & _GONE or not all(key in handled for key in one.keys):
                continue  # merged, or taken back, some other way
            case = handled[one.newer]
            item = await self.log.item_of(session, case.release, case.item)
            lines.append(
                PairLine(
                    newer=case.number,
                    older=handled[one.older].number,
                    title=item.public_name if item else case.item,
                    newer_state=newer,
                    older_state=older,
                    received_ms=one.received_ms,
                )
            )
        return lines


_VERDICTS = {
    Said.NONE: Verdict.NONE,
    Said.LINK: Verdict.LINKED,
    Said.MERGE: Verdict.MERGED,
}


def _place(pair: Pair) -> str:
    keys = [part for station, application in pair.keys for part in (station, application.hex())]
    return ".".join((str(pair.received_ms), *keys))


def _read_place(text: str) -> Pair | None:
    if not text:
        return None
    try:
        at_ms, station, application, other_station, other = text.split(".")
        pair = Pair(
            newer=(station, bytes.fromhex(application)),
            older=(other_station, bytes.fromhex(other)),
            received_ms=int(at_ms),
        )
    except ValueError:
        raise UsageError(text[:60]) from None
    if not text.isprintable() or not 0 <= pair.received_ms < 1 << 53:
        raise UsageError(text[:60])
    return pair
