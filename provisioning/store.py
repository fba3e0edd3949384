"""The authority's database: one SQLite file, one connection, real transactions.

Source: docs/architecture.md, "Storage".
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Self, TypeVar

from protocol.errors import DamagedError, NewerStoreError
from protocol.ids import NodeId
from provisioning.clock_watch import ClockState, Jump
from provisioning.enrolment.tables import EnrolmentTables
from provisioning.rows import our_errors
from runtime.disk.kept import keep_copy

T = TypeVar("T")
_BUSY_S = 5.0  # a backup program may hold the file for a moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """What never changes: the root's public key, and its word for the registrar."""

    root: bytes
    delegation: bytes  # signed


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """One node, as it stands on disk."""

    node: NodeId
    entry: bytes  # RosterEntry, packed
    keys: bytes | None = None  # PublicKeys, packed; None until it joined
    certificate: bytes | None = None  # DER


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One entry of the audit record."""

    number: int
    at_ms: int
    entry: str
    hash: bytes


class Store(EnrolmentTables):
    """The open database. Its methods write only inside a transaction that the caller opened."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._writing = threading.Lock()  # one connection has one transaction at a time

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or make the database, and bring it to the newest version.

        Raises:
            NewerStoreError: a newer program wrote it.
            DamagedError, DiskFullError: it can't be opened.
        """
        with our_errors():
            connection = sqlite3.connect(
                path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            try:
                scripts = _missing(connection)  # first: a newer file is not touched
                if scripts and (held := known_version() - len(scripts)):
                    keep_copy(connection, path, str(held))
                for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                    connection.execute(f"PRAGMA {pragma}")
                for number, script in scripts:
                    connection.executescript(
                        f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;"
                    )
            except BaseException:
                connection.close()
                raise
        return cls(connection)

    def close(self) -> None:
        """Close it; the write-ahead log is folded into the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it; on disk once the block was left.

        Raises:
            DiskFullError, DamagedError, StoreError: nothing of it was kept.
        """
        with self._writing, our_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def examine(self, look: Callable[[sqlite3.Connection], T]) -> T:
        """What ``look``, which only reads, finds in the database."""
        with self._writing:
            return look(self._connection)

    def foundation(self) -> Foundation:
        """The one row of it.

        Raises:
            DamagedError: it is not there.
        """
        row = self._one("SELECT root, delegation FROM authority", ())
        if row is None:
            raise DamagedError("the authority has no root")
        return Foundation(root=row[0], delegation=row[1])

    def put_foundation(self, foundation: Foundation) -> None:
        """Write it, once."""
        self._connection.execute(
            "INSERT INTO authority (only_row, root, delegation) VALUES (1, ?, ?)",
            (foundation.root, foundation.delegation),
        )

    def put_delegation(self, signed: bytes) -> None:
        """The root has named another registrar."""
        self._connection.execute("UPDATE authority SET delegation = ?", (signed,))

    def nodes(self) -> list[NodeRow]:
        """All of them, in the order of their ids."""
        with our_errors():
            rows = self._connection.execute(
                "SELECT node, entry, keys, certificate FROM nodes ORDER BY node"
            ).fetchall()
        return [
            NodeRow(node=NodeId(node), entry=entry, keys=keys, certificate=certificate)
            for node, entry, keys, certificate in rows
        ]

    def put_node(self, row: NodeRow) -> None:
        """Write a new node, or all of a known one."""
        self._connection.execute(
            "INSERT INTO nodes (node, entry, keys, certificate) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (node) DO UPDATE SET entry = excluded.entry, keys = excluded.keys,"
            " certificate = excluded.certificate",
            (row.node, row.entry, row.keys, row.certificate),
        )

    def put_entry(self, node: NodeId, entry: bytes) -> None:
        """Write what the roster says of a node, new or known."""
        self._connection.execute(
            "INSERT INTO nodes (node, entry) VALUES (?, ?)"
            " ON CONFLICT (node) DO UPDATE SET entry = excluded.entry",
            (node, entry),
        )

    def put_keys(self, node: NodeId, keys: bytes, certificate: bytes) -> None:
        """Write what a known node brought and got when it joined."""
        self._connection.execute(
            "UPDATE nodes SET keys = ?, certificate = ? WHERE node = ?", (keys, certificate, node)
        )

    def forget_keys(self, node: NodeId) -> None:
        """The PC with these keys is lost; another one will bring its own."""
        self._connection.execute(
            "UPDATE nodes SET keys = NULL, certificate = NULL WHERE node = ?", (node,)
        )

    def certificate(self, node: NodeId) -> bytes:
        """The certificate (DER) of a node that has joined.

        Raises:
            DamagedError: it has none.
        """
        row = self._one("SELECT certificate FROM nodes WHERE node = ?", (node,))
        if row is None or row[0] is None:
            raise DamagedError(f"node {node} has no certificate")
        certificate: bytes = row[0]
        return certificate

    def contact(self, node: NodeId) -> str:
        """Who is called when something is wrong at a node; empty if nobody was named."""
        row = self._one("SELECT contact FROM nodes WHERE node = ?", (node,))
        return str(row[0]) if row else ""

    def contacts(self) -> dict[NodeId, str]:
        """Whom to call about each node for which somebody was named."""
        with our_errors():
            rows = self._connection.execute(
                "SELECT node, contact FROM nodes WHERE contact <> ''"
            ).fetchall()
        return {NodeId(node): contact for node, contact in rows}

    def unspent_codes(self) -> dict[NodeId, int]:
        """When the code of each node that has not joined was made, ms."""
        with our_errors():
            rows = self._connection.execute(
                "SELECT node, made_ms FROM codes WHERE spent_by IS NULL"
            ).fetchall()
        return {NodeId(node): made_ms for node, made_ms in rows}

    def put_contact(self, node: NodeId, contact: str) -> None:
        """Note whom to call about a node that is known."""
        self._connection.execute("UPDATE nodes SET contact = ? WHERE node = ?", (contact, node))

    def clock_state(self) -> ClockState | None:
        """What was kept of the county's clock."""
        row = self._one("SELECT * FROM clock", ())
        if row is None:
            return None
        jump = None
        if row["expected_ms"] is not None:
            jump = Jump(
                expected_ms=row["expected_ms"],
                found_ms=row["found_ms"],
                at_start=bool(row["at_start"]),
            )
        return ClockState(seen_ms=row["seen_ms"], lived_ms=row["lived_ms"], jump=jump)

    def keep_clock(self, state: ClockState) -> None:
        """Keep what is known of it, in a transaction of its own."""
        jump = state.jump
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO clock VALUES (1, ?, ?, ?, ?, ?)",
                (
                    state.seen_ms,
                    state.lived_ms,
                    jump.expected_ms if jump else None,
                    jump.found_ms if jump else None,
                    bool(jump and jump.at_start),
                ),
            )

    def newest_proof(self) -> bytes:
        """The proof of the newest roster.

        Raises:
            DamagedError: there is none.
        """
        row = self._one("SELECT proof FROM rosters ORDER BY version DESC LIMIT 1", ())
        if row is None:
            raise DamagedError("the authority has no roster")
        proof: bytes = row[0]
        return proof

    def put_proof(self, version: int, proof: bytes) -> None:
        """Keep a new version's proof; a number is taken only once."""
        self._connection.execute(
            "INSERT INTO rosters (version, proof) VALUES (?, ?)", (version, proof)
        )

    def put_audit(self, row: AuditRow) -> None:
        """Add an entry to the audit record."""
        self._connection.execute(
            "INSERT INTO audit (number, at_ms, entry, hash) VALUES (?, ?, ?, ?)",
            (row.number, row.at_ms, row.entry, row.hash),
        )

    def newest_audit(self) -> AuditRow | None:
        """The last entry of the audit record."""
        row = self._one("SELECT * FROM audit ORDER BY number DESC LIMIT 1", ())
        return AuditRow(**row) if row else None

    def newest_audit_before(self, at_ms: int) -> AuditRow | None:
        """The last entry before the first that is not older than ``at_ms``."""
        row = self._one(
            "SELECT * FROM audit WHERE number < coalesce((SELECT min(number) FROM audit"
            " WHERE at_ms >= ?), 1 + (SELECT max(number) FROM audit))"
            " ORDER BY number DESC LIMIT 1",
            (at_ms,),
        )
        return AuditRow(**row) if row else None

    def audit_lived_ms(self, number: int, now_ms: int, step_ms: int) -> int:
        """How long the record went on after an entry, ms.

        From one entry to the next at most ``step_ms`` count, and a date that went back counts
        nothing: one wrong date makes no young entry old.
        """
        row = self._one(
            "SELECT total(min(max(after - at_ms, 0), ?)) FROM (SELECT number, at_ms,"
            " lead(at_ms, 1, ?) OVER (ORDER BY number) AS after FROM audit) WHERE number >= ?",
            (step_ms, now_ms, number),
        )
        return int(row[0]) if row else 0

    def audit_page(self, after: int, limit: int) -> list[AuditRow]:
        """Entries behind a number, oldest first."""
        with our_errors():
            rows = self._connection.execute(
                "SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
            ).fetchall()
        return [AuditRow(**row) for row in rows]

    def audit_holding(self, upto: int, texts: Sequence[str], limit: int) -> list[AuditRow]:
        """Entries up to a number in which one of these texts stands, newest first."""
        holds = " OR ".join("instr(entry, ?) > 0" for _ in texts)
        with our_errors():
            rows = self._connection.execute(
                f"SELECT * FROM audit WHERE number <= ? AND ({holds})"  # noqa: S608 - marks alone
                " ORDER BY number DESC LIMIT ?",
                (upto, *texts, limit),
            ).fetchall()
        return [AuditRow(**row) for row in rows]

    def audit_about(self, subject: str, upto: int) -> list[AuditRow]:
        """Entries with this subject, up to a number, oldest first."""
        with our_errors():
            rows = self._connection.execute(
                "SELECT * FROM audit WHERE json_extract(entry, '$.subject') = ? AND number <= ?"
                " ORDER BY number",
                (subject, upto),
            ).fetchall()
        return [AuditRow(**row) for row in rows]

    def drop_audit(self, upto: int) -> int:
        """Take entries out, up to a number; how many. The database refuses young ones."""
        return self._connection.execute("DELETE FROM audit WHERE number <= ?", (upto,)).rowcount

    def copy_to(self, path: Path) -> None:
        """A consistent copy as a new file; commits of other threads wait meanwhile.

        Raises:
            DiskFullError, StoreError: it can't be written.
        """
        with our_errors(), closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)


def _missing(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Number and SQL of the migrations that this file has not seen.

    Raises:
        NewerStoreError: it has seen more than this program has.
    """
    held: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if held > known_version():
        raise NewerStoreError(f"version {held}, this program knows {known_version()}")
    return list(enumerate(_scripts()[held:], start=held + 1))


def known_version() -> int:
    """The newest version of the database that this program knows."""
    return len(_scripts())


def _scripts() -> list[str]:
    folder = resources.files("provisioning") / "migrations"
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [(folder / name).read_text("utf-8") for name in files]
