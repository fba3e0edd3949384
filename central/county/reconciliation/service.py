"""The ledger: for each station, what it has sealed and what has become of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.cases import Cases
from central.county.intake.arrivals import Arrivals
from central.county.intake.facts import Numbers, Verdict
from central.county.ports.relay import Nodes
from central.county.reconciliation.calls import LedgerLine
from central.county.reconciliation.chain import Chain, Gap, Point, Reason, Span, Why, follow
from central.relay.retry import poison
from central.store.engine import Store
from protocol.errors import PeerInternalError
from protocol.ids import NodeId
from protocol.trust.roster import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One station's line in the ledger.

    ``minted`` is ``received`` + ``follow_ups`` + ``control`` + ``duplicates`` + ``quarantined`` +
    ``review`` + ``awaiting`` + what is missing; where numbers were used twice it is less.
    """

    station: NodeId
    code: str
    name: str
    received: int  # applications that have a case
    complete: int
    decided: int  # returned for correction counts too
    follow_ups: int  # envelopes that brought what follows an application, or a letter
    control: int  # inquiries and the like, that ask the county for something
    duplicates: int  # envelopes that repeated an application
    quarantined: int  # envelopes that could not be taken
    review: int  # envelopes that wait in the review queue for a person
    awaiting: int  # envelopes that only a newer program understands
    rejected: int  # envelopes of which the station was told that something is wrong
    chain: Chain
    gaps: Sequence[Gap]  # the missing numbers, explained

    def line(self) -> LedgerLine:
        """For the ``ledger`` command (docs/operations.md)."""
        return LedgerLine(
            station=self.station,
            code=self.code,
            name=self.name,
            minted=self.chain.sealed_count,
            received=self.received,
            complete=self.complete,
            decided=self.decided,
            missing=[gap.told() for gap in self.gaps],
            follow_ups=self.follow_ups,
            control=self.control,
            duplicates=self.duplicates,
            rejected=self.rejected,
            quarantined=self.quarantined,
            review=self.review,
            awaiting=self.awaiting,
            forks=self.chain.forks,
        )


Reasons = dict[Point, Reason]
"""Why single numbers of one station are missing."""


class Reconciliation:
    """Audits the stations."""

    def __init__(self, *, store: Store, nodes: Nodes, arrivals: Arrivals, cases: Cases) -> None:
        self._store, self._nodes = store, nodes
        self._arrivals, self._cases = arrivals, cases

    async def ledger(self) -> Sequence[Account]:
        """Every station that may speak or has ever sent something, by division code.

        Each is read in a transaction of its own, so that a long ledger holds up no arrival.
        """
        listed = {
            node
            for node, entry in self._nodes.roster.nodes.items()
            if entry.role is Role.STATION and self._nodes.roster.active(node)
        }
        hubs = {n for n, entry in self._nodes.roster.nodes.items() if entry.role is Role.HUB}
        stations = (listed | await self._store.transact(self._arrivals.senders)) - hubs
        failed_inside = await self._store.transact(_failed_inside)
        accounts = [
            await self._account(station, failed_inside.get(station, {})) for station in stations
        ]
        return sorted(accounts, key=lambda account: (account.code, account.station))

    async def forks(self, session: AsyncSession, station: NodeId) -> int:
        """At how many points a station's line of starts forks, in the caller's transaction."""
        entry = self._nodes.roster.nodes.get(station)
        numbers = await self._arrivals.numbers(session, station)
        return _chain(numbers, pcs=1 + len(entry.drained) if entry else 1).forks

    async def _account(self, station: NodeId, failed_inside: Reasons) -> Account:
        return await self._store.transact(
            lambda session: self._read(session, station, failed_inside)
        )

    async def _read(
        self, session: AsyncSession, station: NodeId, failed_inside: Reasons
    ) -> Account:
        entry = self._nodes.roster.nodes.get(station)
        numbers = await self._arrivals.numbers(session, station)
        chain = _chain(numbers, pcs=1 + len(entry.drained) if entry else 1)
        told = await self._told(session, station) if chain.missing else {}
        tally = await self._cases.tally(session, station)
        counted = numbers.verdicts
        rejected = counted[Verdict.REJECTED]
        return Account(
            station=station,
            code=entry.code if entry else "",
            name=entry.name if entry else "",
            received=tally.received,
            complete=tally.complete,
            decided=tally.decided,
            follow_ups=counted[Verdict.FOLLOW_UP],
            control=counted[Verdict.CONTROL],
            duplicates=counted[Verdict.DUPLICATE],
            quarantined=rejected + counted[Verdict.QUARANTINED],
            review=counted[Verdict.REVIEW],
            awaiting=counted[Verdict.AWAITING],
            rejected=rejected + tally.damaged,
            chain=chain,
            gaps=chain.explain({**told, **failed_inside}),
        )

    async def _told(self, session: AsyncSession, station: NodeId) -> Reasons:
        """What nodes on the way say of single numbers."""
        return {
            one.point: Reason(why=Why.DEFERRED, code=one.code, node=one.node, at_ms=one.at_ms)
            for one in await self._arrivals.stuck(session, station)
        }


def _chain(numbers: Numbers, pcs: int) -> Chain:
    held = [
        Span(incarnation=incarnation, first=first, last=last)
        for incarnation, first, last in numbers.spans
    ]
    again = numbers.begun_again
    return follow(held, numbers.starts, numbers.twice, pcs=pcs, begun_again=again)


async def _failed_inside(session: AsyncSession) -> dict[NodeId, Reasons]:
    """What came and this program failed on."""
    found: dict[NodeId, Reasons] = {}
    for envelope, at_ms in await poison.envelopes(session):
        point = (envelope.incarnation, envelope.header.seq)
        reason = Reason(why=Why.FAILED_INSIDE, code=PeerInternalError.code, at_ms=at_ms)
        found.setdefault(envelope.origin, {})[point] = reason
    return found
