"""A relay in numbers, for Prometheus: counts, ages and sizes; nobody is named."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.retry import poison
from central.relay.service import Relay
from central.relay.store.models import OPEN_BLOB, OPEN_ENVELOPE, BlobRow, DeferredRow, SpoolRow
from protocol.envelope.envelope import Lane
from protocol.version import PROGRAM
from runtime.metrics.families import Family, gauge, gauges


class _Queue(NamedTuple):
    lanes: Sequence[tuple[int, int, int]]  # lane, envelopes, bytes
    blobs: int
    oldest_ms: int | None
    deferred: Sequence[tuple[str, int]]  # code, items
    poison: int


async def relay_figures(relay: Relay) -> list[Family]:
    """What waits here, the disk, the clock, the editions; and what was counted so far."""
    queue = await relay.store.transact(_look)
    now_ms, trusted = relay.clock.now_ms(), relay.times.trusted
    room, (roster, release) = relay.limits.room, relay.editions.versions()
    measured, error_ms = room.measure(), trusted.error_ms
    oldest_ms = queue.oldest_ms
    return [
        gauges("program", "1 for the program that runs.", "version", {PROGRAM: 1}),
        *_queue_figures(queue),
        gauge(
            "queue_oldest_seconds",
            "Age of what waits here for longest; 0 if nothing does.",
            0 if oldest_ms is None else max(0, now_ms - oldest_ms) / 1000,
        ),
        gauge("disk_free_bytes", "Room where the blobs lie.", measured.free),
        gauge("disk_bytes", "All of that file system.", measured.total),
        gauge("disk_short", "1 if nothing more is taken in.", room.is_short),
        gauge("clock_trusted", "1 if the county's time is known for sure.", trusted.is_sure),
        gauge(
            "clock_error_seconds",
            "This computer's clock minus trusted time.",
            None if error_ms is None else error_ms / 1000,
        ),
        gauge("roster_version", "Of the roster in force.", roster),
        gauge("release_version", "Of the catalogue in force; 0: none.", release),
        relay.store.commits.family(),
        *relay.counts.families(),
    ]


def _queue_figures(queue: _Queue) -> list[Family]:
    names = {lane: Lane(lane).name.lower() for lane, _, _ in queue.lanes}
    return [
        gauges(
            "queue_envelopes",
            "Envelopes that wait for a neighbour, by lane.",
            "lane",
            {names[lane]: count for lane, count, _ in queue.lanes},
        ),
        gauges(
            "queue_bytes",
            "Their bytes.",
            "lane",
            {names[lane]: size for lane, _, size in queue.lanes},
        ),
        gauge("queue_blobs", "Attachments that wait or have not come whole.", queue.blobs),
        gauges(
            "items_deferred",
            "Items that a neighbour refuses, set aside, by its code.",
            "code",
            dict(queue.deferred),
        ),
        gauge("items_failed_inside", "Items on which the program failed.", queue.poison),
    ]


async def _look(session: AsyncSession) -> _Queue:
    by_lane = select(SpoolRow.lane, func.count(), func.sum(SpoolRow.size)).where(OPEN_ENVELOPE)
    lanes = await session.execute(by_lane.group_by(SpoolRow.lane))
    oldest = await session.scalar(select(func.min(SpoolRow.stored_ms)).where(OPEN_ENVELOPE))
    blobs = await session.scalar(select(func.count()).select_from(BlobRow).where(OPEN_BLOB))
    codes = select(DeferredRow.code, func.count()).where(DeferredRow.deferred.is_(True))
    deferred = await session.execute(codes.group_by(DeferredRow.code))
    return _Queue(
        lanes=[(lane, count, int(size)) for lane, count, size in lanes],
        blobs=blobs or 0,
        oldest_ms=oldest,
        deferred=[(code, count) for code, count in deferred],
        poison=await poison.count(session),
    )
