"""The ledger: for each station, what it has sealed and what has become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.queries import damaged_envelopes, tallies
from central.county.intake.journal import spans, starts, twice, verdicts
from central.county.intake.models import Verdict
from central.county.ports import Nodes
from central.county.supervision.chain import Chain, Point, Span, follow
from central.store.engine import Store
from protocol.ids import NodeId
from protocol.roster import Role, State

_NO_CASES = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One station's line in the ledger.

    ``minted`` is ``received`` + ``duplicates`` + ``quarantined`` + what is missing; where numbers
    were used twice it is less.
    """

    station: NodeId
    code: str
    name: str
    received: int  # applications that have a case
    complete: int
    decided: int  # returned for correction counts too
    duplicates: int  # envelopes that repeated an application
    quarantined: int  # envelopes that could not be taken
    rejected: int  # envelopes of which the station was told that something is wrong
    chain: Chain

    def json(self) -> dict[str, Any]:
        """For the ``ledger`` command (docs/operations.md)."""
        return {
            "station": self.station,
            "code": self.code,
            "name": self.name,
            "minted": self.chain.minted,
            "received": self.received,
            "complete": self.complete,
            "decided": self.decided,
            "missing": [
                {"incarnation": span.incarnation.hex(), "from": span.first, "to": span.last}
                for span in self.chain.missing
            ],
            "duplicates": self.duplicates,
            "rejected": self.rejected,
            "quarantined": self.quarantined,
            "forks": self.chain.forks,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Records:
    """What the store knows, by station."""

    spans: Mapping[str, Sequence[Span]]
    starts: Mapping[str, Sequence[Point | None]]
    twice: Mapping[str, int]
    verdicts: Mapping[tuple[str, Verdict], int]
    cases: Mapping[str, tuple[int, int, int]]
    damaged: Mapping[str, int]


class Supervision:
    """Audits the stations."""

    def __init__(self, *, store: Store, nodes: Nodes) -> None:
        self._store, self._nodes = store, nodes

    async def ledger(self) -> Sequence[Account]:
        """Every station that may speak or has ever sent something, by division code."""
        records = await self._store.transact(_read)
        listed = {
            node
            for node, entry in self._nodes.roster.nodes.items()
            if entry.role is Role.STATION and entry.state is State.ACTIVE
        }
        stations = listed | {NodeId(station) for station in records.spans}
        accounts = [self._account(station, records) for station in stations]
        return sorted(accounts, key=lambda account: (account.code, account.station))

    def _account(self, station: NodeId, records: _Records) -> Account:
        entry = self._nodes.roster.nodes.get(station)
        received, complete, decided = records.cases.get(station, _NO_CASES)
        counted = {verdict: records.verdicts.get((station, verdict), 0) for verdict in Verdict}
        rejected = counted[Verdict.REJECTED]
        return Account(
            station=station,
            code=entry.code if entry else "",
            name=entry.name if entry else "",
            received=received,
            complete=complete,
            decided=decided,
            duplicates=counted[Verdict.DUPLICATE],
            quarantined=rejected + counted[Verdict.QUARANTINED],
            rejected=rejected + records.damaged.get(station, 0),
            chain=follow(
                records.spans.get(station, ()),
                records.starts.get(station, ()),
                records.twice.get(station, 0),
            ),
        )


async def _read(session: AsyncSession) -> _Records:
    held: dict[str, list[Span]] = {}
    for station, incarnation, first, last in await spans(session):
        span = Span(incarnation=incarnation, first=first, last=last)
        held.setdefault(station, []).append(span)
    begun: dict[str, list[Point | None]] = {}
    for station, pred in await starts(session):
        begun.setdefault(station, []).append(pred)
    return _Records(
        spans=held,
        starts=begun,
        twice=await twice(session),
        verdicts=await verdicts(session),
        cases=await tallies(session),
        damaged=await damaged_envelopes(session),
    )
