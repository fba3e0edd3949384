"""What the authority's database keeps of enrolment: codes, requests that wait, what looks wrong."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from protocol.ids import NodeId
from provisioning.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """The one-time code of one node."""

    key: bytes = field(repr=False)  # Argon2id of the code
    invitation: bytes  # of the kit that goes with it
    lived_ms: int  # when it was made, in lived time
    tries: int  # wrong ones so far
    spent_by: bytes | None  # SHA-256 of the signed request that spent it


class Verdict(Enum):
    """What was said of a request to join."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class Suspicion(Enum):
    """What looks wrong about an invitation; also the name of the alarm."""

    WRONG_CODES = "wrong-codes"  # ten wrong codes or more
    TWO_REQUESTS = "two-requests"  # two PCs, one code


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A request to join that a person must look at."""

    node: NodeId
    digest: bytes  # SHA-256 of the signed request
    request: bytes = field(repr=False)
    since_ms: int
    verdict: Verdict


class EnrolmentTables(Rows):
    """Part of the authority's store."""

    def code(self, node: NodeId) -> CodeRow | None:
        """The code of a node that was invited."""
        row = self._one(
            "SELECT code_key AS key, invitation, lived_ms, tries, spent_by FROM codes"
            " WHERE node = ?",
            (node,),
        )
        return CodeRow(**row) if row else None

    def put_code(
        self, node: NodeId, key: bytes, *, invitation: bytes, made_ms: int, lived_ms: int
    ) -> None:
        """Keep the key of a new code. What was sent and suspected under an older one is gone.

        Args:
            invitation: of the kit that goes with it.
            made_ms: the date, to be shown.
            lived_ms: lived time (provisioning.clock_watch), by which it expires.
        """
        self._run(
            "INSERT OR REPLACE INTO codes (node, code_key, invitation, made_ms, lived_ms)"
            " VALUES (?, ?, ?, ?, ?)",
            (node, key, invitation, made_ms, lived_ms),
        )
        self.forget_waiting(node)
        self.forget_suspicions(node)

    def count_wrong_code(self, node: NodeId) -> None:
        """One wrong code more."""
        self._run("UPDATE codes SET tries = tries + 1 WHERE node = ?", (node,))

    def spend_code(self, node: NodeId, request: bytes) -> None:
        """The code belongs to this request from now on."""
        self._run("UPDATE codes SET spent_by = ? WHERE node = ?", (request, node))

    def waiting(self) -> list[WaitingRow]:
        """Requests on which nobody has said a word yet, oldest first."""
        query = "SELECT * FROM waiting WHERE verdict = 'waiting' ORDER BY since_ms, node, digest"
        return [_waiting(row) for row in self._all(query)]

    def waiting_for(self, node: NodeId) -> list[WaitingRow]:
        """All requests of one node, whatever was said of them, oldest first."""
        query = "SELECT * FROM waiting WHERE node = ? ORDER BY since_ms, digest"
        return [_waiting(row) for row in self._all(query, (node,))]

    def put_waiting(self, node: NodeId, digest: bytes, request: bytes, since_ms: int) -> None:
        """Keep a request until somebody has looked at it, beside others of the same node."""
        self._run(
            "INSERT INTO waiting (node, digest, request, since_ms) VALUES (?, ?, ?, ?)",
            (node, digest, request, since_ms),
        )

    def judge(self, node: NodeId, digest: bytes, verdict: Verdict) -> None:
        """Keep what somebody said of this very request."""
        self._run(
            "UPDATE waiting SET verdict = ? WHERE node = ? AND digest = ?",
            (verdict.value, node, digest),
        )

    def forget_waiting(self, node: NodeId) -> None:
        """The node has come in, or was invited anew."""
        self._run("DELETE FROM waiting WHERE node = ?", (node,))

    def suspect(self, node: NodeId, what: Suspicion, at_ms: int) -> int:
        """It has happened once more; how often by now."""
        self._run(
            "INSERT INTO suspicions (node, what, times, at_ms) VALUES (?, ?, 1, ?)"
            " ON CONFLICT (node, what) DO UPDATE SET times = times + 1, at_ms = excluded.at_ms",
            (node, what.value, at_ms),
        )
        row = self._one(
            "SELECT times FROM suspicions WHERE node = ? AND what = ?", (node, what.value)
        )
        return int(row["times"]) if row else 0

    def suspicions(self) -> Mapping[NodeId, Mapping[Suspicion, int]]:
        """What looks wrong, and how often it has happened."""
        found: dict[NodeId, dict[Suspicion, int]] = {}
        for row in self._all("SELECT node, what, times FROM suspicions ORDER BY node, what"):
            found.setdefault(NodeId(row["node"]), {})[Suspicion(row["what"])] = row["times"]
        return found

    def forget_suspicions(self, node: NodeId) -> None:
        """Somebody has looked into it, or the node was invited anew."""
        self._run("DELETE FROM suspicions WHERE node = ?", (node,))


def _waiting(row: sqlite3.Row) -> WaitingRow:
    facts = dict(row)
    return WaitingRow(**facts | {"verdict": Verdict(facts["verdict"])})
