"""The one row about the database as a whole: instances, doubt, what was seen, trusted time."""

from dataclasses import dataclass
from enum import IntEnum

from protocol.codec import pack, unpack
from protocol.exchange.ack_history import AckHistory
from protocol.exchange.meter import Spent
from protocol.ids import ExchangeId, Instance, NodeId
from protocol.trust.time_statement import known_time
from protocol.trust.trusted_clock import HeldTime
from station_agent.store.db import Row, Transaction

_PULLS = 2  # a memory on the way may take what was told again for old, and then it is sealed anew


class Unacknowledged(IntEnum):
    """What the parent may hold beyond what it confirmed, so that we ask before pushing."""

    NONE = 0
    IN_FLIGHT = 1  # an exchange broke off
    ALL = 2  # the parent is new to us, or our queue was rebuilt


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecord:
    """What past exchanges tell of the line; None: not measured yet."""

    bytes_per_s: float | None = None  # while something was under way
    gap_s: float | None = None  # between two exchanges that ended well
    left_ms: int | None = None  # time, as far as it was known, at the end of the last of them


@dataclass(frozen=True, slots=True, kw_only=True)
class StationState:
    """The row, as read."""

    instance: Instance
    parent: Instance | None
    county: Instance | None
    unacknowledged: Unacknowledged
    time: HeldTime | None  # the county's
    time_shown: bool  # the parent holds an older one
    run_ms: int  # how long this station has run
    refused_items: int
    ack_history: AckHistory  # of pushing to the parent
    rolled_back_ms: int | None  # local time when the parent last spoke of what we do not know
    keys_ms: int | None  # trusted time when the keys in force were first seen
    renewal_ms: int | None  # local time when new ones were asked for
    keys_shown: bool  # something was signed with them
    certify_of: bytes | None  # name of the TLS authority of which a certificate was asked for
    certify_ms: int | None  # local time when it was
    spent: Spent | None
    line: LineRecord
    pulls: int  # how often the county is still to be asked to say it all again
    lost_from_ms: int | None  # time of the county: what it said since then may be lost here
    pulled_ms: int | None  # local time when the county was last asked to say it all again


def begin(tx: Transaction, instance: Instance) -> None:
    """Make the row on the first start; ``instance`` is used only then."""
    tx.run("INSERT OR IGNORE INTO station (one, instance) VALUES (1, ?)", (instance,))


def read_state(tx: Transaction) -> StationState:
    """The row."""
    (row,) = tx.rows("SELECT * FROM station")
    return StationState(
        instance=Instance(row["instance"]),
        parent=row["parent"],
        county=row["county"],
        unacknowledged=Unacknowledged(row["unacknowledged"]),
        time=_held_time(row),
        time_shown=bool(row["time_shown"]),
        run_ms=row["run_ms"],
        refused_items=row["refused_items"],
        ack_history=AckHistory(
            pushed=row["pushed"],
            exchange=row["answered_exchange"],
            number=row["answered_items"],
        ),
        rolled_back_ms=row["rolled_back_ms"],
        spent=None if row["spent"] is None else unpack(row["spent"], Spent),
        line=LineRecord(bytes_per_s=row["bytes_per_s"], gap_s=row["gap_s"], left_ms=row["left_ms"]),
        pulls=row["pulls"],
        lost_from_ms=row["lost_from_ms"],
        pulled_ms=row["pulled_ms"],
        keys_ms=row["keys_ms"],
        renewal_ms=row["renewal_ms"],
        keys_shown=bool(row["keys_shown"]),
        certify_of=row["certify_of"],
        certify_ms=row["certify_ms"],
    )


def remember(tx: Transaction, ack_history: AckHistory) -> None:
    """What the parent acknowledged, to be compared with what it says next time."""
    tx.run(
        "UPDATE station SET pushed = ?, answered_exchange = ?, answered_items = ?",
        (ack_history.pushed, ack_history.exchange, ack_history.number),
    )


def note_meeting(tx: Transaction) -> None:
    """An exchange begins: what time of the county is held now, and was at the one before."""
    held = _held_time(tx.rows("SELECT * FROM station")[0])
    tx.run(
        "UPDATE station SET met_before_ms = met_ms, met_ms = ?1"
        " WHERE met_ms <> ?1 OR met_before_ms <> met_ms",
        (held.statement.at_ms if held else 0,),
    )


def note_rollback(tx: Transaction, local_ms: int) -> None:
    """This disk or the parent's was set back, or there are two.

    A parent may say so one exchange late: what came in the last one came after the loss.
    """
    tx.run(
        "UPDATE station SET rolled_back_ms = ?, pulls = ?,"
        " lost_from_ms = min(coalesce(lost_from_ms, met_before_ms), met_before_ms)",
        (local_ms, _PULLS),
    )


def note_loss(tx: Transaction) -> None:
    """The database is made anew: whatever the county has ever said may be lost here."""
    tx.run("UPDATE station SET pulls = ?, lost_from_ms = 0", (_PULLS,))


def note_unproved(tx: Transaction, signing_ms: int) -> None:
    """A word of the county was refused: ask for all of them, once for each key of it.

    Args:
        signing_ms: since when it signs with its present key.
    """
    tx.run(
        "UPDATE station SET pulls = max(pulls, 1), lost_from_ms = 0, unproved_ms = ?1"
        " WHERE unproved_ms <> ?1",
        (signing_ms,),
    )


def note_keys(tx: Transaction, trusted_ms: int) -> None:
    """The keys in force are counted as new at this time."""
    tx.run("UPDATE station SET keys_ms = ?", (trusted_ms,))


def asked_for_keys(tx: Transaction, local_ms: int) -> None:
    """New keys are asked for."""
    tx.run("UPDATE station SET renewal_ms = ?", (local_ms,))


def asked_for_certificate(tx: Transaction, authority: bytes, local_ms: int) -> None:
    """A certificate of the TLS authority with this name is asked for."""
    tx.run("UPDATE station SET certify_of = ?, certify_ms = ?", (authority, local_ms))


def takes_keys(tx: Transaction) -> None:
    """New keys are about to be taken: they are of no age yet, and were not shown."""
    tx.run("UPDATE station SET keys_ms = NULL, renewal_ms = NULL, keys_shown = 0")


def showed_keys(tx: Transaction) -> None:
    """Something that was signed with the keys in force is queued."""
    tx.run("UPDATE station SET keys_shown = 1")


def note_pulled(tx: Transaction, local_ms: int) -> None:
    """The county is asked to say again what may be lost."""
    tx.run(
        "UPDATE station SET pulled_ms = ?, pulls = pulls - 1,"
        " lost_from_ms = CASE WHEN pulls > 1 THEN lost_from_ms END",
        (local_ms,),
    )


def set_unacknowledged(tx: Transaction, unacknowledged: Unacknowledged) -> None:
    """Note it as it is now."""
    tx.run("UPDATE station SET unacknowledged = ?", (unacknowledged,))


def mark_unacknowledged(tx: Transaction, unacknowledged: Unacknowledged) -> None:
    """Note it unless a stronger doubt is noted."""
    tx.run("UPDATE station SET unacknowledged = max(unacknowledged, ?)", (unacknowledged,))


def set_parent(tx: Transaction, parent: Instance) -> None:
    """The parent's instance that marks of custody are about from now on."""
    tx.run("UPDATE station SET parent = ?", (parent,))


def set_county(tx: Transaction, county: Instance) -> None:
    """The county's instance whose receipts settle envelopes from now on."""
    tx.run("UPDATE station SET county = ?", (county,))


def saw(tx: Transaction, exchange: ExchangeId, items: int, parent: NodeId | None = None) -> None:
    """The first ``items`` items of ``parent`` in ``exchange`` are stored with this transaction."""
    tx.run(
        "INSERT INTO seen (parent, exchange, items) VALUES (?, ?, ?) ON CONFLICT (parent)"
        " DO UPDATE SET exchange = excluded.exchange, items = excluded.items",
        (parent or "", exchange, items),
    )


def seen_of(tx: Transaction, parent: NodeId | None) -> tuple[ExchangeId, int] | None:
    """The last exchange with ``parent`` in which its items were stored, and how many of them."""
    row = tx.row("SELECT exchange, items FROM seen WHERE parent = ?", (parent or "",))
    return None if row is None else (ExchangeId(row["exchange"]), row["items"])


def keep_time(tx: Transaction, held: HeldTime) -> None:
    """The county's newest time."""
    tx.run(
        "UPDATE station SET time = ?, time_n = ?, time_local_ms = ?, time_run_ms = ?,"
        " time_fresh = ?, run_ms = max(run_ms, ?)",
        (
            held.signed,
            held.statement.n,
            held.local_ms,
            held.run_ms,
            held.fresh,
            held.run_ms,
        ),
    )


def note_behind(tx: Transaction, *, behind: bool) -> None:
    """Whether the parent holds an older time of the county than we do."""
    tx.run("UPDATE station SET time_shown = ? WHERE time_shown <> ?", (behind, behind))


def keep_run(tx: Transaction, run_ms: int) -> None:
    """How long this station has run by now."""
    tx.run("UPDATE station SET run_ms = max(run_ms, ?)", (run_ms,))


def _held_time(row: Row) -> HeldTime | None:
    """It was checked when it came."""
    if row["time"] is None:
        return None
    return HeldTime(
        statement=known_time(row["time"]),
        signed=row["time"],
        local_ms=row["time_local_ms"],
        run_ms=row["time_run_ms"],
        fresh=bool(row["time_fresh"]),
    )


def count_refused(tx: Transaction, items: int) -> None:
    """Items of the parent that were not acted on."""
    tx.run("UPDATE station SET refused_items = refused_items + ?", (items,))


def keep_spent(tx: Transaction, spent: Spent) -> None:
    """What has gone today."""
    tx.run("UPDATE station SET spent = ?", (pack(spent),))


def keep_line(tx: Transaction, line: LineRecord) -> None:
    """What is known of the line now."""
    tx.run(
        "UPDATE station SET bytes_per_s = ?, gap_s = ?, left_ms = ?",
        (line.bytes_per_s, line.gap_s, line.left_ms),
    )
