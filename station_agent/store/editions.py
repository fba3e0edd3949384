"""The roster and the catalogue release that this station holds, as entries in the database.

An item is looked up by its code; the whole catalogue is read only to apply changes to it, so
that an idle agent does not keep it in memory.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from protocol.catalogue.changes.planned import (
    GONE,
    KEY_AT,
    NEVER,
    NEXT,
    in_force,
    planned_name,
    since,
)
from protocol.catalogue.items.names import is_item
from protocol.catalogue.items.uses import used_by
from protocol.errors import DamagedError, PeerError, SignatureError
from protocol.trust.edition import Edition, Kind, digest, known_head, open_head
from protocol.trust.roster import Roster, open_proof, understood
from station_agent.store.db import Transaction

_NEWER = "newer-roster"
_ITEMS_KEPT = 16


def version(tx: Transaction, kind: Kind) -> int:
    """The version in force; 0 for none."""
    return _version(tx, kind.value)


def newer_roster_version(tx: Transaction) -> int:
    """Of the roster that only a newer program understands; 0: there is none."""
    return _version(tx, _NEWER)


def keep(tx: Transaction, kind: Kind, edition: Edition) -> None:
    """Put a verified edition into force instead of the one before."""
    _keep(tx, kind.value, edition)
    if kind is Kind.ROSTER:
        _forget(tx, _NEWER)


def keep_newer(tx: Transaction, roster: Edition) -> None:
    """Hold a verified roster that only a newer program understands, until there is one."""
    _keep(tx, _NEWER, roster)


def newer_roster(tx: Transaction, root: bytes) -> Edition | None:
    """What :func:`keep_newer` holds.

    Raises:
        DamagedError: it is not what was verified when it came.
    """
    held = _read(tx, _NEWER)
    return None if held is None else _verified(root, *held)


def _version(tx: Transaction, kind: str) -> int:
    row = tx.row("SELECT version FROM editions WHERE kind = ?", (kind,))
    return int(row["version"]) if row else 0


def _keep(tx: Transaction, kind: str, edition: Edition) -> None:
    tx.run("DELETE FROM edition_entries WHERE kind = ?", (kind,))
    tx.run(
        "INSERT INTO editions (kind, version, proof) VALUES (?, ?, ?)"
        " ON CONFLICT (kind) DO UPDATE SET version = excluded.version, proof = excluded.proof",
        (kind, edition.version, edition.proof),
    )
    tx.run_many(
        "INSERT INTO edition_entries (kind, name, entry) VALUES (?, ?, ?)",
        [(kind, name, entry) for name, entry in edition.entries.items()],
    )


def _forget(tx: Transaction, kind: str) -> None:
    tx.run("DELETE FROM edition_entries WHERE kind = ?", (kind,))
    tx.run("DELETE FROM editions WHERE kind = ?", (kind,))


def find_entry(tx: Transaction, kind: Kind, name: str) -> tuple[int, bytes | None]:
    """The version held (0 for none), and one of its entries."""
    row = tx.row(
        "SELECT version, entry FROM editions e LEFT JOIN edition_entries n"
        " ON n.kind = e.kind AND n.name = ? WHERE e.kind = ?",
        (name, kind.value),
    )
    return (0, None) if row is None else (row["version"], row["entry"])


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItem:
    """An item as it counts on a day, and what it was found in."""

    release: int  # 0: none is held
    since: str = NEVER  # the latest day of what was planned and counts
    entry: bytes | None = None
    library: Mapping[str, bytes] = field(default_factory=dict)  # entries that the item uses


def find_item(tx: Transaction, code: str, today: date | None) -> FoundItem:
    """One item of the release held, and what of its library that item uses.

    Args:
        today: by trusted time; None: that is not known, and nothing planned counts.
    """
    release, entry = find_entry(tx, Kind.RELEASE, code)
    day = day_of(tx, today)
    entry = _on(tx, code, day, entry)
    if entry is None or not is_item(code):
        return FoundItem(release=release, since=day)
    library = find_entries(tx, _used(bytes(entry)), day)
    return FoundItem(release=release, since=day, entry=bytes(entry), library=library)


def find_entries(tx: Transaction, names: Iterable[str], day: str) -> dict[str, bytes]:
    """Those entries of the release held that there are, as they count on a day."""
    every = {name: find_entry(tx, Kind.RELEASE, name)[1] for name in names}
    found = {name: _on(tx, name, day, one) for name, one in every.items()}
    return {name: bytes(one) for name, one in found.items() if one}


def day_of(tx: Transaction, today: date | None) -> str:
    """The latest day of what is planned in the release held and counts."""
    return since(_planned_names(tx), today)


def release_on(tx: Transaction, today: date | None) -> dict[str, bytes]:
    """The entries of the release held as they count on a day; empty if none is held."""
    held = entries(tx, Kind.RELEASE)
    return in_force(held, since(held, today))


def _planned_names(tx: Transaction) -> list[str]:
    query = "SELECT name FROM edition_entries WHERE kind = ? AND name >= ? AND name < ?"
    rows = tx.rows(query, (Kind.RELEASE.value, NEXT, NEXT.replace(".", "/")))
    return [row["name"] for row in rows]


def _on(tx: Transaction, key: str, day: str, entry: bytes | None) -> bytes | None:
    """The entry that counts for ``key`` on a day, where ``entry`` counts if nothing is planned."""
    if day == NEVER:
        return entry
    row = tx.row(
        "SELECT entry FROM edition_entries WHERE kind = ? AND name >= ? AND name <= ?"
        " AND substr(name, ?) = ? ORDER BY name DESC LIMIT 1",
        (Kind.RELEASE.value, NEXT, planned_name(day, key), KEY_AT + 1, key),
    )
    if row is None:
        return entry
    return None if bytes(row["entry"]) == GONE else bytes(row["entry"])


@lru_cache(maxsize=_ITEMS_KEPT)
def _used(entry: bytes) -> tuple[str, ...]:
    """A clerk uses few items a day."""
    return used_by(entry)


def entries(tx: Transaction, kind: Kind) -> dict[str, bytes]:
    """Every entry of the edition that is held, by its name; empty if none is."""
    rows = tx.rows("SELECT name, entry FROM edition_entries WHERE kind = ?", (kind.value,))
    return {row["name"]: bytes(row["entry"]) for row in rows}


def load_roster(tx: Transaction, root: bytes) -> Roster | None:
    """The roster held, verified again.

    Raises:
        DamagedError: it is not what was verified when it came.
    """
    held = _read(tx, Kind.ROSTER.value)
    return None if held is None else understood(root, _verified(root, *held))


def _verified(root: bytes, proof: bytes, entries: dict[str, bytes]) -> Edition:
    _, head = open_proof(root, proof)
    if digest(entries) != head.digest:
        raise DamagedError("the roster in the database is not what was signed")
    return Edition(head=head, proof=proof, entries=entries)


def load_release(tx: Transaction) -> Edition | None:
    """The whole catalogue release held; the key that signed it may have gone since it came."""
    held = _read(tx, Kind.RELEASE.value)
    if held is None:
        return None
    proof, entries = held
    return Edition(head=known_head(Kind.RELEASE, proof), proof=proof, entries=entries)


def counted_release(tx: Transaction, counts: Callable[[bytes], bool]) -> int:
    """The version of the release held; 0 for none, or if its proof counts no more."""
    row = tx.row("SELECT version, proof FROM editions WHERE kind = ?", (Kind.RELEASE.value,))
    return int(row["version"]) if row is not None and counts(row["proof"]) else 0


def forget_spoilt_release(tx: Transaction) -> int:
    """Hold no release if an entry of the one held is not what was signed; it comes again whole.

    Returns:
        the version that was spoilt; 0: nothing was.
    """
    spoilt = _version(tx, Kind.RELEASE.value)
    with suppress(PeerError):  # of a proof that is none
        held = load_release(tx)
        if held is None or digest(held.entries) == held.head.digest:
            return 0
    _forget(tx, Kind.RELEASE.value)
    return spoilt


def check_release(tx: Transaction, county_keys: Sequence[bytes]) -> None:
    """Raise DamagedError unless the release held is what the county signed, or there is none."""
    held = load_release(tx)
    if held is None:
        return
    with suppress(SignatureError):
        open_head(tuple(county_keys), Kind.RELEASE, held.proof)
        if digest(held.entries) == held.head.digest:
            return
    raise DamagedError("the release in the database is not what was signed")


def forget_all(tx: Transaction) -> None:
    """Hold no roster and no release: both come again from the parent."""
    tx.run("DELETE FROM edition_entries")
    tx.run("DELETE FROM editions")


def _read(tx: Transaction, kind: str) -> tuple[bytes, dict[str, bytes]] | None:
    row = tx.row("SELECT proof FROM editions WHERE kind = ?", (kind,))
    if row is None:
        return None
    rows = tx.rows("SELECT name, entry FROM edition_entries WHERE kind = ? ORDER BY name", (kind,))
    return row["proof"], {found["name"]: found["entry"] for found in rows}
