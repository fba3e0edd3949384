"""Salvage: a queue made anew from the journal and from what can be read of a damaged database.

What is taken over is checked first: envelopes and receipts by their signatures, the rest by the
new database's own rules. Whatever the county may know better, it is asked: the new database has an
instance of its own, all sealed bytes are offered again, and what is there already is not taken
twice. The damaged files are kept aside, and a salvage that is interrupted can be run again.

Source: docs/operations.md, "A damaged folder".
"""

import logging
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Receipt, Statement, open_statement
from protocol.errors import DamagedError, PeerError
from protocol.ids import Instance
from protocol.json_values import to_json
from runtime.node.identity import Identity
from station_agent.store import applications, editions, numbers, outbox, station
from station_agent.store.applications import RANKS
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import drafts
from station_agent.store.disk import Disk
from station_agent.store.failure import naming_failures
from station_agent.store.journal import Journal
from station_agent.store.outbox import Settled
from station_agent.store.station import Unacknowledged
from station_agent.upkeep.damaged_database import DamagedDatabase, Found, is_sound
from station_agent.upkeep.housekeeping import rebuild_outbox

log = logging.getLogger(__name__)

_NEW = "station.salvaged.db"
_NOT_COPIED = frozenset({"station", "statements", "receipts"})  # begun anew, or derived


@dataclass(slots=True, kw_only=True)
class RecoveredDatabase:
    """What came of it, to be shown to whoever ordered it."""

    kept_at: Path | None = None  # where the damaged files are kept; None: nothing was damaged
    gaps: int = 0  # places of the old database where something could not be read
    rows: dict[str, int] = field(default_factory=dict)  # taken over, by table
    refused: int = 0  # rows that could be read and are not what was written
    journal: int = 0  # envelopes that only the journal still had
    applications: int = 0  # that the station knows now
    lost_wires: int = 0  # envelopes whose bytes are gone and that the county may not have

    def json(self) -> dict[str, Any]:
        """For the ``salvage`` command (docs/operations.md)."""
        told: dict[str, Any] = to_json(self)
        return told | {"aside": told.pop("kept_at")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRecovery:
    """Makes the database of one station anew. The caller holds the folder's lock."""

    data: Path
    identity: Identity
    journal: Journal
    blobs: BlobFiles
    disk: Disk
    instance: Instance  # of the new database

    async def run(self) -> RecoveredDatabase:
        """Make ``station.db`` a sound database again; a sound one stays as it is.

        Raises:
            DiskFullError, StoreError: nothing was changed.
        """
        path, done = self.data / "station.db", RecoveredDatabase()
        if path.exists() and is_sound(path):
            return done
        done.kept_at = self._put_aside(path)
        new = self.data / _NEW
        _remove(new)
        database = await Database.open(new)
        try:
            await database.write(lambda tx: self._take_over(tx, done))
            own = self.identity.signing_keys
            done.journal = await rebuild_outbox(database, self.journal, self.blobs, own)
            # what was used after the damage nobody knows
            await database.write(lambda tx: numbers.close_all(tx, numbers.SET_BACK))
            done.applications, done.lost_wires = await database.read(_counts)
        finally:
            await database.close()
        self._put_in_place(new, path)
        log.warning("salvaged", extra={"event": "salvage.done", **done.json()})
        return done

    def _put_aside(self, path: Path) -> Path:
        """Copy the damaged files into a folder of their own; none is ever removed from there."""
        number = len(list(self.data.glob("damaged-*"))) + 1
        kept_at = self.data / f"damaged-{number}"
        self.disk.make_folder(kept_at)
        for source in (path, _wal(path)):
            if source.exists():
                with naming_failures():
                    shutil.copyfile(source, kept_at / source.name)
                self.disk.sync_path(kept_at / source.name)
        return kept_at

    def _put_in_place(self, new: Path, path: Path) -> None:
        """The old log first: SQLite would add it to the new database."""
        with naming_failures():
            for name in ("-wal", "-shm"):
                path.with_name(path.name + name).unlink(missing_ok=True)
        self.disk.sync_folder(self.data)
        self.disk.sync_path(new)
        self.disk.move(new, path)

    def _take_over(self, tx: Transaction, done: RecoveredDatabase) -> None:
        station.begin(tx, self.instance)
        tx.run("PRAGMA defer_foreign_keys = ON")
        signed: set[bytes] = set()
        for path in sorted(self.data.glob("damaged-*/station.db"), reverse=True):
            with closing(DamagedDatabase(path)) as damaged_database:
                for table in _tables(tx):
                    kept = sum(
                        _insert(tx, table, row) for row in self._good(table, damaged_database, done)
                    )
                    done.rows[table] = done.rows.get(table, 0) + kept
                signed |= {row["signed"] for row in damaged_database.rows("statements")}
                done.gaps += damaged_database.gaps
        statements = dict(_proved(signed, self._county_keys(tx)))
        _settle(tx, statements)
        done.rows["statements"] = len(statements)
        done.refused += _drop_strays(tx)
        drafts.drop_handed_in(tx)
        tx.run("UPDATE incarnations SET journal_bytes = 0")  # all of the journal is read again
        station.mark_unacknowledged(tx, Unacknowledged.ALL)
        station.note_loss(tx)

    def _good(
        self, table: str, damaged_database: DamagedDatabase, done: RecoveredDatabase
    ) -> Iterable[Found]:
        own = self.identity.signing_keys
        for row in damaged_database.rows(table):
            if table != "outbox" or _is_own(row, own):
                yield row
            else:
                done.refused += 1

    def _county_keys(self, tx: Transaction) -> Sequence[bytes]:
        """What the county signs with; roster and catalogue that are not whole come again."""
        first = self.identity.roster()
        try:
            roster = editions.load_roster(tx, self.identity.root) or first
            keys = roster.signing_keys(roster.county()[0])
            editions.check_release(tx, keys)
        except (PeerError, DamagedError):
            editions.forget_all(tx)
            keys = first.signing_keys(first.county()[0])
        return keys


def _tables(tx: Transaction) -> list[str]:
    rows = tx.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
    names = [str(row["name"]) for row in rows]
    return [name for name in names if name not in _NOT_COPIED and not name.startswith("sqlite_")]


def _insert(tx: Transaction, table: str, row: Found) -> bool:
    """Whether the row fits the rules of the new database, and was not there already."""
    known = {column["name"] for column in tx.rows(f"PRAGMA table_info({table})")}
    names = [name for name in row if name in known]
    columns, marks = ",".join(f'"{name}"' for name in names), ",".join("?" * len(names))
    query = f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks}) RETURNING 1"  # noqa: S608 - names of our own schema
    try:
        return bool(tx.rows(query, [row[name] for name in names]))
    except sqlite3.IntegrityError:
        return False


def _is_own(row: Found, own: Sequence[bytes]) -> bool:
    """Whether the wire bytes are those that were sealed, or were let go of."""
    if row["wire"] == b"":
        return True
    try:
        envelope = read_envelope(row["wire"])
        envelope.check_any(own)
    except (PeerError, TypeError):
        return False
    return bool(envelope.id == row["envelope"] and envelope.header.seq == row["seq"])


def _proved(found: Iterable[bytes], keys: Sequence[bytes]) -> Iterator[tuple[bytes, Statement]]:
    for signed in found:
        for key in keys:
            with suppress(PeerError, TypeError):  # else it comes again: the county is asked
                yield signed, open_statement(key, Receipt(statement=signed))
                break


def _settle(tx: Transaction, statements: dict[bytes, Statement]) -> None:
    """How far each envelope has got, from the county's signed words alone."""
    tx.run("UPDATE outbox SET custody = 0, settled = 0, settled_ms = NULL WHERE wire <> x''")
    tx.run("UPDATE blobs SET held = 0, doubted = 0, done = 0")  # settling says what is done
    newest = max(statements.values(), key=lambda statement: statement.at_ms, default=None)
    if newest is not None:
        station.set_county(tx, Instance(newest.instance))
    for signed, statement in statements.items():
        number = applications.add_statement(tx, signed)
        for line in statement.lines:
            county = Instance(statement.instance)
            applications.add_receipt(tx, county, statement.at_ms, line, number)
            rank = RANKS[line.state]  # a life of the county that is no more counts for SAFE only
            if rank is Settled.SAFE or (newest is not None and county == newest.instance):
                outbox.settle(tx, line.envelope, rank, statement.at_ms)
    tx.run(
        "UPDATE blobs SET done = 1"
        " WHERE envelope IN (SELECT envelope FROM outbox WHERE settled >= 2)"
    )


def _drop_strays(tx: Transaction) -> int:
    """Remove rows that name others which were not saved."""
    dropped = 0
    while strays := tx.rows("PRAGMA foreign_key_check"):
        for stray in strays:
            tx.run(f"DELETE FROM {stray['table']} WHERE rowid = ?", (stray["rowid"],))  # noqa: S608 - the same
        dropped += len(strays)
    return dropped


def _counts(tx: Transaction) -> tuple[int, int]:
    (row,) = tx.rows(
        "SELECT (SELECT count(*) FROM applications) AS known,"
        " (SELECT count(*) FROM applications a WHERE a.envelope IS NOT NULL AND a.outcome IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.envelope = a.envelope)) AS lost"
    )
    return int(row["known"]), int(row["lost"])


def _remove(path: Path) -> None:
    for name in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + name).unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")
