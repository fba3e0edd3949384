"""What is committed on a disk, read past the programs: the campaign believes nothing else."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocol.codec import unpack
from protocol.envelope.keys import Signed
from protocol.trust.edition import Head
from protocol.trust.roster import RosterProof

Pieces = frozenset[bytes]
"""Ids of envelopes and blobs that are whole on a disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One row of a station's queue."""

    envelope: bytes
    wire: bytes  # empty if it was let go
    application: str | None
    follow_up: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of the county."""

    station: str
    application: str
    number: str
    complete: bool
    decided: bool
    envelope: bytes  # that brought it
    form: str
    outcome: str | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """One attachment of a case."""

    sha256: bytes
    blob: bytes
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedThere:
    """What followed an application, as the county keeps it."""

    station: str
    follow_up: str
    application: str  # that it is about; empty: none
    subject: dict[str, Any]
    files: Mapping[bytes, list[HeldFile]]  # by the envelope that brought them
    complete: bool


class Disk:
    """The database and the blob folder of one node, opened for reading beside the program."""

    def __init__(self, database: Path, blobs: Path) -> None:
        self._blobs = blobs
        self._connection = sqlite3.connect(database, isolation_level=None)
        self._connection.execute("PRAGMA query_only=ON")

    def close(self) -> None:
        self._connection.close()

    def rows(self, sql: str, values: Iterable[object] = ()) -> list[Any]:
        return self._connection.execute(sql, tuple(values)).fetchall()

    def instance(self) -> bytes:
        """Of a hub or county: the name of this life."""
        ((found,),) = self.rows("SELECT value FROM meta WHERE key = 'instance'")
        return bytes(found)

    def has_blob(self, blob: bytes) -> bool:
        """Its whole file is here."""
        return self.blob_path(blob) is not None

    def blob_path(self, blob: bytes) -> Path | None:
        """Where its whole file is."""
        name = blob.hex()
        return next(self._blobs.glob(f"*/{name[:2]}/{name}"), None)

    # of a station

    def queue(self) -> list[Queued]:
        """Everything that was sealed there, in the order of sealing."""
        rows = self.rows(
            "SELECT o.envelope, o.wire, a.application, f.follow_up FROM outbox o"
            " LEFT JOIN applications a USING (envelope)"
            " LEFT JOIN follow_ups f USING (envelope) ORDER BY o.position"
        )
        return [
            Queued(envelope=row[0], wire=row[1], application=row[2], follow_up=row[3])
            for row in rows
        ]

    def kept_at_station(self) -> Pieces:
        """Envelopes with their bytes, and their blobs; what was told SAFE is left to a backup."""
        rows = self.rows("SELECT envelope FROM outbox WHERE length(wire) > 0 AND settled <> 3")
        blobs = self.rows(
            "SELECT blob FROM blobs JOIN outbox USING (envelope)"
            " WHERE length(wire) > 0 AND settled <> 3"
        )
        return _ids(rows) | {blob for (blob,) in blobs if self.has_blob(blob)}

    def rejected_at_station(self) -> Pieces:
        """Envelopes that the county could not take, as the clerk was told."""
        return _ids(self.rows("SELECT envelope FROM outbox WHERE settled = 4"))

    def held_at_station(self, envelope: bytes) -> bool:
        return bool(self.rows("SELECT 1 FROM inbox WHERE envelope = ?", (envelope,)))

    def blob_bytes_at_station(self, blob: bytes) -> int:
        return _number(self.rows("SELECT held FROM arriving WHERE blob = ?", (blob,)))

    def roster_at_station(self) -> int:
        return _number(self.rows("SELECT version FROM editions WHERE kind = 'roster'"))

    # of a server

    def kept_at_hub(self) -> Pieces:
        return (
            _ids(self.rows("SELECT envelope_id FROM spool WHERE wire IS NOT NULL")) | self._whole()
        )

    def kept_at_county(self) -> Pieces:
        """What has had its effect, or waits in the review queue."""
        query = (
            "SELECT envelope_id FROM received WHERE verdict IN"
            " ('case', 'follow-up', 'duplicate', 'control', 'review')"
        )
        return _ids(self.rows(query)) | self._whole()

    def held_at_server(self, envelope: bytes) -> bool:
        """It is here, or was."""
        return bool(self.rows("SELECT 1 FROM spool WHERE envelope_id = ?", (envelope,)))

    def blob_bytes_at_server(self, blob: bytes) -> int:
        """So many are here, or were: all of a blob that was passed on."""
        query = (
            "SELECT CASE WHEN holder IS NULL THEN have ELSE size END FROM blob WHERE blob_id = ?"
        )
        return _number(self.rows(query, (blob,)))

    def received(self) -> set[bytes]:
        return set(_ids(self.rows("SELECT envelope_id FROM received")))

    def cases(self) -> list[Case]:
        rows = self.rows(
            "SELECT station, application, number, complete_ms IS NOT NULL, outcome IS NOT NULL,"
            " envelope_id, form, outcome, note"
            " FROM county_case ORDER BY received_ms, number"
        )
        return [
            Case(
                station=row[0],
                application=row[1].hex(),
                number=row[2],
                complete=bool(row[3]),
                decided=bool(row[4]),
                envelope=row[5],
                form=row[6],
                outcome=row[7],
                note=row[8],
            )
            for row in rows
        ]

    def files_of(self, case: Case) -> list[HeldFile]:
        """The attachments that its envelope brought."""
        rows = self.rows(
            "SELECT sha256, blob_id, key FROM attachment WHERE station = ? AND envelope_id = ?",
            (case.station, case.envelope),
        )
        return [HeldFile(sha256=row[0], blob=row[1], key=row[2]) for row in rows]

    def followed(self) -> list[FollowedThere]:
        """Everything that followed an application, and letters."""
        rows = self.rows("SELECT station, follow_up, said FROM follow_up ORDER BY received_ms")
        return [self._followed(*row) for row in rows]

    def _followed(self, station: str, follow_up: bytes, said: str) -> FollowedThere:
        told = json.loads(said)
        files: dict[bytes, list[HeldFile]] = {}
        states: dict[bytes, set[str]] = {}
        query = (
            "SELECT envelope_id, sha256, blob_id, key, state FROM attachment"
            " WHERE station = ? AND application = ?"
        )
        for envelope, sha256, blob, key, state in self.rows(query, (station, follow_up)):
            held = HeldFile(sha256=sha256, blob=blob, key=key)
            files.setdefault(envelope, []).append(held)
            states.setdefault(envelope, set()).add(state)
        return FollowedThere(
            station=station,
            follow_up=follow_up.hex(),
            application=told["of"],
            subject=told["said"]["subject"],
            files=files,
            complete=not states or {"whole"} in states.values(),
        )

    def refused(self) -> list[tuple[str, bytes, str]]:
        """Station, envelope and code of what the county could not take."""
        return [tuple(row) for row in self.rows("SELECT origin, envelope_id, code FROM quarantine")]

    def roster_at_server(self) -> int:
        return _number(self.rows("SELECT max(version) FROM edition WHERE kind = 'roster'"))

    def in_review_queue(self) -> set[bytes]:
        """Envelopes that wait for a person."""
        return set(_ids(self.rows("SELECT envelope_id FROM review")))

    def editions_at_server(self) -> dict[str, tuple[int, bytes]]:
        """Kind to version, and digest of the entries, of what it offers."""
        query = (
            "SELECT kind, version, proof FROM edition e WHERE version ="
            " (SELECT max(version) FROM edition WHERE kind = e.kind)"
        )
        return {kind: (version, _digest(kind, proof)) for kind, version, proof in self.rows(query)}

    def editions_at_station(self) -> dict[str, tuple[int, bytes]]:
        rows = self.rows("SELECT kind, version, proof FROM editions")
        return {kind: (version, _digest(kind, proof)) for kind, version, proof in rows}

    def _whole(self) -> Pieces:
        rows = self.rows("SELECT blob_id FROM blob WHERE have = size")
        return frozenset(blob for (blob,) in rows if self.has_blob(blob))


def _digest(kind: str, proof: bytes) -> bytes:
    """Of all entries of an edition, as its signed head says it."""
    signed = unpack(proof, RosterProof).head if kind == "roster" else proof
    return unpack(unpack(signed, Signed).body, Head).digest


def _ids(rows: Sequence[Any]) -> Pieces:
    return frozenset(row[0] for row in rows)


def _number(rows: Sequence[Any]) -> int:
    return int(rows[0][0] or 0) if rows else 0
