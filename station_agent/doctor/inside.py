"""What is wrong with a station by what its database and its vault hold. Nothing is changed."""

from collections import Counter
from collections.abc import Iterable, Iterator

from protocol.catalogue.calendars.horizon import horizon
from protocol.catalogue.items.release import calendar_of
from protocol.envelope.vault import read_record
from protocol.errors import DamagedError, PeerError
from protocol.numbers.number import NumberKind
from protocol.trust.edition import Kind
from protocol.trust.roster import Roster
from protocol.trust.schedule import local_time
from runtime.doctor.finding import Found
from runtime.doctor.machine import clock_faults
from runtime.doctor.node import DAY_MS, silence, standing
from runtime.node.identity import Identity
from station_agent.store import editions, health, poison, refusals, station
from station_agent.store.db import Transaction
from station_agent.store.station import StationState

_TWO_MS = 7 * DAY_MS  # for so long a rollback is spoken of
_VAULT = "vault.bin"


def roster_of(tx: Transaction, identity: Identity) -> Roster:
    """The one in force."""
    return editions.load_roster(tx, identity.root) or identity.roster()


def inside(tx: Transaction, identity: Identity, now_ms: int) -> Iterator[Found]:
    """Everything.

    Args:
        now_ms: by the date of this machine.

    Raises:
        DamagedError: the vault or the roster can't be read.
    """
    roster, state = roster_of(tx, identity), station.read_state(tx)
    yield from standing(identity, roster)
    yield from _queue(tx)
    yield from _catalogue(tx, now_ms)
    yield from _numbers(tx)
    yield from _past(state, now_ms, training=identity.training)
    if editions.newer_roster_version(tx):
        yield Found("roster.needs-newer")
    if not _clerks(identity):
        yield Found("clerks.none")


def clock_behind(tx: Transaction, now_ms: int) -> Iterator[Found]:
    """A clock that stands before what the county has signed already."""
    held = station.read_state(tx).time
    yield from clock_faults(min(now_ms - held.statement.at_ms, 0) if held else None)


def counted(codes: Iterable[str]) -> str:
    """``code ×n`` for each."""
    return "，".join(f"{code} ×{n}" for code, n in sorted(Counter(codes).items()))


def _queue(tx: Transaction) -> Iterator[Found]:
    if stuck := [one.code for one in refusals.deferred(tx)]:
        yield Found("queue.stuck", counted(stuck))
    if failed := poison.count(tx):
        yield Found("queue.failed-inside", str(failed))
    if waiting := health.waiting_for_program(tx):
        yield Found("queue.needs-newer", str(waiting))


def _catalogue(tx: Transaction, now_ms: int) -> Iterator[Found]:
    if not editions.version(tx, Kind.RELEASE):
        yield Found("catalogue.none")
        return
    known = horizon(calendar_of(editions.entries(tx, Kind.RELEASE)), local_time(now_ms).date(), ())
    if known.is_near:
        yield Found("calendar.ends", str(known.ends or ""))


def _numbers(tx: Transaction) -> Iterator[Found]:
    """Only where the county gives out numbers at all."""
    (row,) = tx.rows(
        "SELECT count(*) AS blocks, coalesce(sum(next <= last), 0) AS usable"
        " FROM number_blocks WHERE kind = ?",
        (NumberKind.CASE.value,),
    )
    if row["blocks"] and not row["usable"]:
        yield Found("numbers.none")


def _past(state: StationState, now_ms: int, *, training: bool) -> Iterator[Found]:
    rolled_back_ms = state.rolled_back_ms
    if rolled_back_ms is not None and 0 <= now_ms - rolled_back_ms < _TWO_MS:
        yield Found("node.two-copies")
    if not training:
        yield from silence(state.line.left_ms, now_ms)


def _clerks(identity: Identity) -> tuple[str, ...]:
    path = identity.folder / _VAULT
    try:
        return read_record(path.read_bytes()).clerks
    except (OSError, PeerError) as exc:
        raise DamagedError(f"{path}: {type(exc).__name__}") from None
