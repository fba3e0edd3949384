"""Queries on the spool and the blob table. None of them commits."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypedDict, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import BlobRow, LinkRow, SpoolRow
from central.store.base import BY_KEY, table_of
from central.store.insert import insert_new, inserting
from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import PREFIX_BYTES, Offer, Want
from protocol.ids import NONCE_BYTES, BlobId, BlobRef, EnvelopeId, NodeId

R = TypeVar("R")

_NAMES = 400  # of an origin and an id each, in one statement

# of every exchange, so made once: to put a statement together costs as much as to run it
_SPOOL = table_of(SpoolRow).c
_OF_IDS = _SPOOL.envelope_id.in_(bindparam("ids", expanding=True))
_WIRES = select(_SPOOL.envelope_id, _SPOOL.wire).where(_OF_IDS)
_HAND_OVER = (
    update(table_of(SpoolRow))
    .execution_options(**BY_KEY)
    .where(_OF_IDS, _SPOOL.next_hop == bindparam("peer"))
    .values(waiting=False, holder=bindparam("by"))
)
_HAND_OVER_WHOLE = _HAND_OVER.values(wire=None)
_LINK = table_of(LinkRow).c
_HELD_PREFIXES = (
    select(_SPOOL.prefix)
    .outerjoin(table_of(LinkRow), _LINK.peer == _SPOOL.next_hop)
    .where(
        _SPOOL.prefix.in_(bindparam("prefixes", expanding=True)),
        _SPOOL.wire.is_not(None) | (_SPOOL.next_hop == "") | (_SPOOL.holder == _LINK.instance),
    )
)


class NewEnvelope(TypedDict):
    """Column values of an envelope that has just arrived or was just posted."""

    origin: NodeId
    envelope_id: EnvelopeId
    prefix: bytes
    destination: NodeId
    next_hop: str  # empty: it is here
    lane: int
    position: int
    size: int
    wire: bytes | None
    waiting: bool
    holder: None
    stored_ms: int


class NewBlob(TypedDict):
    """Column values of a blob that an envelope has just announced."""

    origin: NodeId
    blob_id: BlobId
    prefix: bytes
    destination: NodeId
    next_hop: str
    position: int
    size: int
    have: int
    waiting: bool
    holder: None
    stored_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """From where to where something travels, and the neighbour that is next; None: it is here."""

    origin: NodeId
    destination: NodeId
    next_hop: NodeId | None
    now_ms: int

    def envelope(
        self, envelope: EnvelopeId, wire: bytes, *, lane: Lane, position: int
    ) -> NewEnvelope:
        """The row of an envelope on this hop."""
        return {
            "origin": self.origin,
            "envelope_id": envelope,
            "prefix": envelope[:PREFIX_BYTES],
            "destination": self.destination,
            "next_hop": self.next_hop or "",
            "lane": int(lane),
            "position": position,
            "size": len(wire),
            "wire": wire if self.next_hop else None,
            "waiting": self.next_hop is not None,
            "holder": None,
            "stored_ms": self.now_ms,
        }

    def blob(self, blob: BlobId, size: int, *, have: int, position: int) -> NewBlob:
        """The row of a blob on this hop."""
        return {
            "origin": self.origin,
            "blob_id": blob,
            "prefix": blob[:PREFIX_BYTES],
            "destination": self.destination,
            "next_hop": self.next_hop or "",
            "position": position,
            "size": size,
            "have": have,
            "waiting": self.next_hop is not None and have == size,
            "holder": None,
            "stored_ms": self.now_ms,
        }


@cache
def _adding(dialect: str) -> Any:  # noqa: ANN401
    new = inserting(dialect, SpoolRow).execution_options(**BY_KEY)
    return new.returning(table_of(SpoolRow).c.envelope_id)


async def add_envelopes(session: AsyncSession, rows: Sequence[NewEnvelope]) -> set[EnvelopeId]:
    """Insert what is not there yet; the ids of the new ones."""
    if not rows:
        return set()
    statement = _adding(session.get_bind().dialect.name)
    return set((await session.scalars(statement, rows)).all())


async def add_blobs(session: AsyncSession, rows: Sequence[NewBlob]) -> None:
    """Announce blobs that are not known yet."""
    if rows:
        await session.execute(insert_new(session, BlobRow), rows)


async def send_again(session: AsyncSession, blobs: Sequence[NewBlob]) -> None:
    """Blobs of ours that another envelope announces once more go again, behind that one.

    Args:
        blobs: their rows, as if they were new.
    """
    for row in blobs:
        whole = (*_is(row), BlobRow.have == BlobRow.size)
        again = update(BlobRow).where(*whole).values(waiting=True, holder=None, **_queued_anew(row))
        await session.execute(again.values(next_hop=row["next_hop"]))


async def want_again(session: AsyncSession, blobs: Mapping[BlobRef, NewBlob]) -> None:
    """A new envelope announces blobs that were passed on and dropped here: they come again.

    Args:
        blobs: their rows, as if they were new.
    """
    for some in batched(blobs):
        dropped = select(BlobRow.origin, BlobRow.blob_id).where(
            among(some),
            BlobRow.waiting.is_(False),
            BlobRow.holder.is_not(None),
            BlobRow.have < BlobRow.size,
        )
        for origin, blob in (await session.execute(dropped)).all():
            row = blobs[BlobRef(NodeId(origin), BlobId(blob))]
            again = update(BlobRow).where(*_is(row)).values(holder=b"", **_queued_anew(row))
            await session.execute(again)


def _queued_anew(row: NewBlob) -> dict[str, int]:
    """Else it would be older than its envelope, and overtake it."""
    return {"position": row["position"], "stored_ms": row["stored_ms"]}


def _is(row: NewBlob) -> Sequence[ColumnElement[bool]]:
    return BlobRow.origin == row["origin"], BlobRow.blob_id == row["blob_id"]


async def revive(session: AsyncSession, rows: Mapping[EnvelopeId, NewEnvelope]) -> None:
    """Queue envelopes again that were passed on to an instance that is no more.

    So that a county which lost them gets them again from the stations.
    """
    lost = (
        select(SpoolRow.envelope_id)
        .join(LinkRow, LinkRow.peer == SpoolRow.next_hop)
        .where(
            SpoolRow.envelope_id.in_(list(rows)),
            SpoolRow.waiting.is_(False),
            SpoolRow.holder != LinkRow.instance,
        )
    )
    for envelope in (await session.scalars(lost)).all():
        row = rows[EnvelopeId(envelope)]
        await session.execute(
            update(SpoolRow)
            .where(SpoolRow.origin == row["origin"], SpoolRow.envelope_id == envelope)
            .values(wire=row["wire"], waiting=True, holder=None, position=row["position"])
        )


async def waiting(
    session: AsyncSession,
    peer: NodeId,
    after: Mapping[Lane, int],
    limit: int,
    shut: Mapping[Lane, Collection[str]],
) -> dict[Lane, Sequence[Waiting]]:
    """Envelopes and whole blobs for ``peer``, in each lane behind its position, oldest first.

    Args:
        shut: origins of which nothing goes now; the others' items must not be out of sight for it.
    """
    found: dict[Lane, list[Waiting]] = {lane: [] for lane in after if lane is not Lane.CATALOGUE}
    if not found:
        return {}
    query = _waiting_in(tuple((lane, bool(shut[lane])) for lane in found))
    values: dict[str, Any] = {"peer": peer, "limit": limit}
    values |= {f"after_{lane:d}": after[lane] for lane in found}
    values |= {f"shut_{lane:d}": sorted(shut[lane]) for lane in found if shut[lane]}
    for row in await session.execute(query, values):
        lane, at, key, origin, to, size, since, taken = row
        found[Lane(lane)].append(
            Waiting(
                key=key,
                lane=Lane(lane),
                origin=origin,
                to=to,
                size=size,
                position=at,
                since_ms=since,
                parts=lane == Lane.BLOBS,
                doubted=bool(taken),
            )
        )
    return {lane: sorted(waiting, key=lambda one: one.position) for lane, waiting in found.items()}


@cache
def _waiting_in(lanes: tuple[tuple[Lane, bool], ...]) -> CompoundSelect[Any]:
    """The query of :func:`waiting`; to put it together takes longer than to run it."""
    parts = (_waiting_in_lane(lane, without=without) for lane, without in lanes)
    return union_all(*(select(part.subquery()) for part in parts))


def _waiting_in_lane(lane: Lane, *, without: bool) -> Select[Any]:
    table = table_of(BlobRow if lane is Lane.BLOBS else SpoolRow)
    column = table.c
    key = column.blob_id if lane is Lane.BLOBS else column.envelope_id
    shown = (column.position, key, column.origin, column.destination, column.size, column.stored_ms)
    query = select(
        literal_column(f"{lane:d}").label("lane"),
        *shown,
        column.holder.is_not(None).label("taken"),
    ).where(
        column.next_hop == bindparam("peer"),
        column.waiting.is_(True),
        column.position > bindparam(f"after_{lane:d}"),
    )
    if without:
        query = query.where(column.origin.not_in(bindparam(f"shut_{lane:d}", expanding=True)))
    if lane is not Lane.BLOBS:
        query = query.where(column.lane == literal_column(f"{lane:d}"))
    return query.order_by(column.position).limit(bindparam("limit", type_=Integer))


async def awaited(session: AsyncSession) -> dict[NodeId, int]:
    """The neighbours for which something waits, and how many bytes that is."""
    found: dict[NodeId, int] = {}
    for table in (SpoolRow, BlobRow):
        totals = select(table.next_hop, func.sum(table.size)).where(table.waiting.is_(True))
        for hop, size in await session.execute(totals.group_by(table.next_hop)):
            found[NodeId(hop)] = found.get(NodeId(hop), 0) + int(size)
    return found


async def wires(session: AsyncSession, ids: Sequence[bytes]) -> dict[bytes, bytes]:
    """The wire bytes of envelopes that still have them."""
    found = await session.execute(_WIRES, {"ids": ids})
    return {key: wire for key, wire in found if wire is not None}


async def hand_over(
    session: AsyncSession, peer: NodeId, ids: Sequence[bytes], holder: bytes, *, keep_wire: bool
) -> None:
    """``peer`` holds these envelopes now; one that has gone another way meanwhile still waits."""
    handed = {"ids": ids, "peer": peer, "by": holder}
    await session.execute(_HAND_OVER if keep_wire else _HAND_OVER_WHOLE, handed)


async def hand_over_blobs(
    session: AsyncSession,
    peer: NodeId,
    blobs: Collection[BlobRef],
    holder: bytes,
    *,
    keep_file: bool,
) -> None:
    """``peer`` holds these blobs now; without ``keep_file`` nothing of them stays here."""
    values: dict[str, Any] = {"waiting": False, "holder": holder}
    if not keep_file:
        values["have"] = 0
    for some in batched(blobs):
        handed = (among(some), BlobRow.next_hop == peer)
        await session.execute(update(table_of(BlobRow)).where(*handed).values(**values))


async def held(session: AsyncSession, offer: Offer) -> Want:
    """Which of an offer is here, or has passed through here."""
    envelopes = await held_prefixes(session, offer.envelopes) if offer.envelopes else set()
    blobs = await held_blob_bytes(session, offer.blobs) if offer.blobs else {}
    return Want(
        have_envelopes=bytes(prefix in envelopes for prefix in offer.envelopes),
        have_blob_bytes=tuple(blobs.get(name, 0) for name in offer.blobs),
    )


async def held_prefixes(session: AsyncSession, prefixes: Sequence[bytes]) -> set[bytes]:
    """Of these id prefixes, those whose envelope is here, arrived here, or was passed on.

    Passed on counts only while the instance that took it is still the neighbour's.
    """
    return set((await session.scalars(_HELD_PREFIXES, {"prefixes": prefixes})).all())


async def held_blob_bytes(session: AsyncSession, names: Sequence[bytes]) -> dict[bytes, int]:
    """Of these blobs, as an offer names them, how many contiguous bytes are here or passed on.

    Passed on counts only while the instance that took it is still the neighbour's.
    """
    passed_on = BlobRow.waiting.is_(False) & (BlobRow.holder == LinkRow.instance)
    query = (
        select(
            BlobRow.origin,
            BlobRow.prefix,
            case((passed_on, BlobRow.size), else_=BlobRow.have),
        )
        .outerjoin(LinkRow, LinkRow.peer == BlobRow.next_hop)
        .where(BlobRow.prefix.in_({name[NONCE_BYTES:] for name in names}))
    )
    found = {
        bytes.fromhex(origin) + prefix: int(have)
        for origin, prefix, have in await session.execute(query)
    }
    return {name: found[name] for name in names if name in found}


def among(refs: Collection[BlobRef]) -> ColumnElement[bool]:
    """Whether a row is of one of these blobs; both dialects can look that up."""
    return tuple_(BlobRow.origin, BlobRow.blob_id).in_([tuple(ref) for ref in refs])


def batched(refs: Collection[R]) -> Iterator[Sequence[R]]:
    """So many at once as every database takes in one statement."""
    every = list(refs)
    for start in range(0, len(every), _NAMES):
        yield every[start : start + _NAMES]
