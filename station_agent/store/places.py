"""How much waits in the queue, and how much of it goes before a thing: for the forecast.

All of it is summed in the index of what waits; no wire bytes are read.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from protocol.envelope.envelope import Lane
from station_agent.store.db import Transaction


class Place(NamedTuple):
    """Where something stands: so many bytes of its lane go until it has gone."""

    lane: Lane
    upto: int


def waiting_by_lane(tx: Transaction) -> dict[Lane, int]:
    """Bytes that wait in each lane, but for what the parent may hold."""
    found = dict.fromkeys(Lane, 0)
    for lane, size in tx.rows(
        "SELECT lane, sum(size) FROM waiting_envelopes WHERE doubted = 0 GROUP BY lane"
    ):
        found[Lane(lane)] += size
    (row,) = tx.rows(
        "SELECT coalesce(sum(size - held), 0) AS n FROM waiting_blobs WHERE NOT doubted"
    )
    found[Lane.BLOBS] += row["n"]
    return found


def places(tx: Transaction) -> dict[bytes, list[Place]]:
    """By envelope: where what still waits of it stands, its last blob for all of them."""
    found: dict[bytes, list[Place]] = {}
    lanes, upto = tuple(Lane), [0] * len(Lane)
    for envelope, lane, size in tx.rows(
        "SELECT envelope, lane, size FROM waiting_envelopes WHERE doubted = 0"
        " ORDER BY lane, position"
    ):
        upto[lane] += size
        found[envelope] = [Place(lanes[lane], upto[lane])]
    blobs = tx.rows(
        "SELECT envelope, size - held FROM waiting_blobs WHERE doubted = 0 ORDER BY position"
    )
    sums = accumulate(left for _, left in blobs)
    last = {envelope: total for (envelope, _), total in zip(blobs, sums, strict=True)}
    for envelope, total in last.items():
        found.setdefault(envelope, []).append(Place(Lane.BLOBS, total))
    return found


def places_of(tx: Transaction, envelopes: Sequence[bytes]) -> dict[bytes, list[Place]]:
    """As :func:`places`, of a few envelopes: what stands before each is summed in an index."""
    found: dict[bytes, list[Place]] = {}
    of = "SELECT lane, position, envelope FROM waiting_envelopes WHERE doubted = 0 AND envelope IN"
    rows = sorted(map(tuple, tx.rows_among(of, envelopes)))
    for lane, waiting in groupby(rows, key=lambda row: row[0]):
        queue = f"size FROM waiting_envelopes WHERE doubted = 0 AND lane = {lane:d}"
        for envelope, upto in _sums(tx, queue, (row[1:] for row in waiting)):
            found[envelope] = [Place(Lane(lane), upto)]
    of = "SELECT position, envelope FROM waiting_blobs WHERE doubted = 0 AND envelope IN"
    blobs = sorted(map(tuple, tx.rows_among(of, envelopes)))
    last = dict(_sums(tx, "size - held FROM waiting_blobs WHERE doubted = 0", blobs))
    for envelope, upto in last.items():  # of its last blob
        found.setdefault(envelope, []).append(Place(Lane.BLOBS, upto))
    return found


def _sums(
    tx: Transaction, queue: str, waiting: Iterable[tuple[int, bytes]]
) -> Iterator[tuple[bytes, int]]:
    """Each of ``waiting``, by position, with the bytes that wait up to and with it."""
    size, waits = queue.split(" FROM ")
    between = f"SELECT coalesce(sum({size}), 0) AS n FROM {waits}"  # noqa: S608 - our own words
    before = upto = 0
    for position, envelope in waiting:
        (row,) = tx.rows(f"{between} AND position > ? AND position <= ?", (before, position))
        upto += int(row["n"])
        before = position
        yield envelope, upto
