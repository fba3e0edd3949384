"""How much of one origin may wait here, so that one village can't fill the disk of all others.

What counts is what this node holds and has not passed on: sealed envelopes, and the full size of
the blobs that they announce. So a blob that has begun may always be finished, and what is passed
on makes room. What is refused for this stays with its origin (``line.quota``). Control envelopes
have a quota of their own (``line.control-quota``): applications never keep them out, nor they
applications.

Source: docs/protocol.md section 9.6.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import OPEN_BLOB, OPEN_ENVELOPE, BlobRow, SpoolRow
from central.store.engine import Store
from protocol.envelope.envelope import Envelope, Lane
from protocol.ids import NodeId
from protocol.limits import CONTROL_QUOTA_BYTES, CONTROL_QUOTA_ITEMS
from protocol.trust.roster import Roster

_HERE = select(SpoolRow.envelope_id).where(
    SpoolRow.origin.in_(bindparam("origins", expanding=True)),
    SpoolRow.envelope_id.in_(bindparam("ids", expanding=True)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What this node's own settings say of each origin; None says nothing."""

    bytes: int | None = None
    items: int | None = None  # envelopes and blobs


NO_QUOTA = Quota()


@dataclass(slots=True, kw_only=True)
class Used:
    """Of one origin's quota."""

    bytes: int = 0
    items: int = 0


Account = tuple[NodeId, bool]
"""An origin, and whether its control envelopes are meant."""

CONTROL = Used(bytes=CONTROL_QUOTA_BYTES, items=CONTROL_QUOTA_ITEMS)


class Quotas:
    """Keeps account in memory, never below the truth; looks into the store when it seems full."""

    def __init__(self, store: Store, quota: Quota, roster: Callable[[], Roster]) -> None:
        self._store, self.quota, self._roster = store, quota, roster
        self._used: dict[Account, Used] = {}
        self._known: tuple[Roster, Quota, Used] | None = None
        self._all_read = False  # whoever has no account has nothing here

    @property
    def limit(self) -> Used:
        """How much each origin may have here now, by our settings and the county's rules."""
        roster, own = self._roster(), self.quota
        known = self._known
        if known is None or known[0] is not roster or known[1] is not own:
            size, items = roster.rules.quota(own.bytes, own.items)
            self._known = known = (roster, own, Used(bytes=size, items=items))
        return known[2]

    def admit(self, envelope: Envelope) -> bool:
        """Whether there is room for ``envelope`` and its blobs, as far as is known; it counts then.

        After a no, ask again behind :meth:`look`.
        """
        used = self._used.get(_account(envelope))
        if used is None and self._all_read:
            used = self._used[_account(envelope)] = Used()
        if used is None:
            return False
        (size, items), limit = _cost(envelope), CONTROL if _is_control(envelope) else self.limit
        if used.bytes + size > limit.bytes or used.items + items > limit.items:
            return False
        used.bytes += size
        used.items += items
        return True

    async def look(
        self, envelopes: Collection[Envelope], admitted: Collection[Envelope]
    ) -> set[bytes]:
        """Learn what their origins really use; those of ``envelopes`` that are here already.

        Args:
            admitted: what was admitted and is not in the store yet.
        """
        origins = {envelope.origin for envelope in envelopes}
        ids = [envelope.id for envelope in (*envelopes, *admitted)]

        async def work(session: AsyncSession) -> set[bytes]:
            await self._read_all(session)
            found = await usage(session, origins)
            accounts = [(origin, control) for origin in origins for control in (False, True)]
            self._used |= {account: found.get(account, Used()) for account in accounts}
            rows = await session.scalars(_HERE, {"origins": [*origins], "ids": ids})
            return set(rows.all())

        here = await self._store.transact(work)
        for envelope in admitted:
            if envelope.origin in origins and envelope.id not in here:
                size, items = _cost(envelope)
                self._used[_account(envelope)].bytes += size
                self._used[_account(envelope)].items += items
        return here

    async def _read_all(self, session: AsyncSession) -> None:
        """Read all accounts with the first that is asked for: a county's stations return together.

        Not where other processes write, too: there each is read when it is first needed.
        """
        if not self._all_read and self._store.dialect == "sqlite":
            self._used = await usage(session) | self._used
            self._all_read = True


def _is_control(envelope: Envelope) -> bool:
    return envelope.lane is Lane.CONTROL


def _account(envelope: Envelope) -> Account:
    return envelope.origin, _is_control(envelope)


def _cost(envelope: Envelope) -> tuple[int, int]:
    """Bytes and items that it takes, blobs included."""
    size = len(envelope.wire) + sum(size for _, size in envelope.blobs)
    return size, 1 + len(envelope.blobs)


async def usage(session: AsyncSession, origins: Collection[NodeId] = ()) -> dict[Account, Used]:
    """What ``origins`` (or all of them) have here that was not passed on."""
    found: dict[Account, Used] = {}
    for query in _usage_of() if origins else _usage():
        values = {"origins": [*origins]} if origins else {}
        for origin, in_lane, items, size in await session.execute(query, values):
            account = NodeId(origin), in_lane == Lane.CONTROL
            used = found.setdefault(account, Used())
            used.items += items
            used.bytes += int(size)
    return found


@cache
def _usage() -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Of all origins, envelopes by lanes and blobs."""
    blob_lane: ColumnElement[int] = literal_column(str(int(Lane.BLOBS)))
    kinds = (
        (SpoolRow, SpoolRow.lane, (SpoolRow.origin, SpoolRow.lane), OPEN_ENVELOPE),
        (BlobRow, blob_lane, (BlobRow.origin,), OPEN_BLOB),
    )
    envelopes, blobs = (
        select(table.origin, lane, func.count(), func.sum(table.size))
        .where(still_open)
        .group_by(*groups)
        for table, lane, groups, still_open in kinds
    )
    return envelopes, blobs


@cache
def _usage_of() -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """The same of some ``origins``."""
    envelopes, blobs = _usage()
    among: BindParameter[str] = bindparam("origins", expanding=True)
    return envelopes.where(SpoolRow.origin.in_(among)), blobs.where(BlobRow.origin.in_(among))
