"""The clerk's applications: how far each has got, by receipts and results.

The state is never stored: it follows from what is known of the envelope (custody, receipts) and
from the result, so it can't contradict them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from protocol.envelope.payloads import Mark, ReceiptLine, ReceiptState
from protocol.errors.numbers import NumberWrongError
from protocol.ids import (
    ApplicationId,
    BlobId,
    BlobRef,
    EnvelopeId,
    Instance,
    NodeId,
    application_id,
)
from protocol.numbers.number import Number
from protocol.text import identifier
from station_agent.store.answers import record_id
from station_agent.store.db import Row, Transaction
from station_agent.store.outbox import Settled

RANKS = {
    ReceiptState.RECEIVED: Settled.RECEIVED,
    ReceiptState.COMPLETE: Settled.COMPLETE,
    ReceiptState.SAFE: Settled.SAFE,
}
_STATES = {Settled(rank).value: state.value for state, rank in RANKS.items()}


class ApplicationState(Enum):
    """What the clerk is told; also the words of ``status --json``."""

    SAVED = "saved"  # on this PC only
    AT_HUB = "at_hub"  # the parent has it on disk, with all its blobs
    RECEIVED = "received"
    COMPLETE = "complete"
    DECIDED = "decided"
    RETURNED = "returned"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """The county's word on one application."""

    number: int
    case: str
    at_ms: int  # by the county's clock: the legal time of receipt
    state: str  # received, complete, safe
    duplicate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """What a node on the way says of it."""

    node: str
    code: str
    at_ms: int  # by that node's clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationView:
    """One application as the clerk sees it."""

    application: ApplicationId
    item: str
    state: ApplicationState
    saved_ms: int
    envelope: bytes | None  # None if only its result is known here
    receipt: ReceiptView | None
    result: bytes | None  # sealed
    applicant: bytes | None  # sealed
    problem: str | None  # code by which the parent refused the envelope or a blob
    number: str | None  # of a block, as the citizen was told; None: there was none
    notice: NoticeView | None  # while the county's word has not settled it, or it can't read it yet


_CASE = re.compile(r"\d{6}-\d{4}-[A-Z]{2}\d{6,12}")

# as _state says it, of all but those that wait on this PC only: of these there may be many
_COUNT_MOVED = """
SELECT CASE
    WHEN o.settled >= 2 THEN 'complete'
    WHEN o.settled = 1 THEN 'received'
    WHEN EXISTS (SELECT 1 FROM blobs b WHERE b.envelope = a.envelope
        AND b.done = 0 AND b.held < b.size) THEN 'saved'
    ELSE 'at_hub' END AS state, count(*) AS n
FROM outbox o JOIN applications a ON a.envelope = o.envelope
WHERE (o.custody <> 0 OR o.settled <> 0) AND a.outcome IS NULL GROUP BY state
"""
_COUNT_ANSWERED = """
SELECT outcome AS state, count(*) AS n FROM applications WHERE outcome IS NOT NULL GROUP BY state
"""

_SELECT = """
SELECT a.*, o.settled, o.custody, r.rank, r.number, r.at_ms, r."case", r.duplicate,
    coalesce(o.refused, (SELECT b.refused FROM blobs b WHERE b.envelope = a.envelope
        AND b.refused IS NOT NULL AND b.done = 0)) AS problem,
    EXISTS (SELECT 1 FROM blobs b WHERE b.envelope = a.envelope
        AND b.done = 0 AND b.held < b.size) AS blobs_wait,
    (SELECT u.number FROM number_uses u WHERE u.application = a.application AND u.kind = 'case'
        LIMIT 1) AS paper_number,
    n.node AS notice_node, n.code AS notice_code, n.at_ms AS notice_ms
FROM applications a
LEFT JOIN outbox o ON o.envelope = a.envelope
LEFT JOIN receipts r ON r.envelope = a.envelope AND r.county = (
    SELECT n.county FROM receipts n, station s WHERE n.envelope = a.envelope
    ORDER BY n.county IS s.county DESC, n.at_ms DESC LIMIT 1)
LEFT JOIN notices n ON n.envelope = a.envelope AND (
    o.settled < o.enough OR n.code = 'peer.needs-newer' AND r."case" = '')
"""


def add(
    tx: Transaction,
    rows: Iterable[tuple[ApplicationId, str, EnvelopeId | None, bytes | None, bytes | None]],
    saved_ms: int,
) -> None:
    """Applications with item, envelope, digest and applicant; a known one stays as it is."""
    tx.run_many(
        "INSERT INTO applications (application, item, envelope, content, applicant, saved_ms)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(*row, saved_ms) for row in rows],
    )


def known(tx: Transaction, applications: Sequence[ApplicationId]) -> AbstractSet[ApplicationId]:
    """Which of these this station has."""
    rows = tx.rows_among("SELECT application FROM applications WHERE application IN", applications)
    return {ApplicationId(row["application"]) for row in rows}


def contents(
    tx: Transaction, applications: Sequence[ApplicationId]
) -> Mapping[ApplicationId, bytes | None]:
    """Of these, the ones that this station has, with the digest of what was handed in."""
    rows = tx.rows_among(
        "SELECT application, content FROM applications WHERE application IN", applications
    )
    return {ApplicationId(row["application"]): row["content"] for row in rows}


def recent_items(tx: Transaction, most: int) -> list[str]:
    """The items of the last applications that were taken in here, the newest first."""
    rows = tx.rows(
        "SELECT item, max(position) AS last FROM applications"
        " WHERE item <> '' AND envelope IS NOT NULL GROUP BY item ORDER BY last DESC LIMIT ?",
        (most,),
    )
    return [row["item"] for row in rows]


def of_case(tx: Transaction, case: str) -> ApplicationId | None:
    """The application that the county calls by this case number."""
    row = tx.row(
        "SELECT a.application FROM receipts r JOIN applications a ON a.envelope = r.envelope"
        ' WHERE r."case" = ? LIMIT 1',
        (case,),
    )
    return ApplicationId(row["application"]) if row else None


def of_number(tx: Transaction, number: str) -> ApplicationId | None:
    """The application that a number of a block was used for, however its groups are parted."""
    with suppress(NumberWrongError):
        row = tx.row(
            "SELECT application FROM number_uses WHERE number = ?", (Number.read(number).text,)
        )
        return ApplicationId(row["application"]) if row else None
    return None


def of_envelope(tx: Transaction, envelope: bytes) -> ApplicationId | None:
    """The application that an envelope carried."""
    row = tx.row("SELECT application FROM applications WHERE envelope = ?", (envelope,))
    return ApplicationId(row["application"]) if row else None


def counts(tx: Transaction) -> dict[ApplicationState, int]:
    """How many applications are in each state; those that have not moved are what is left."""
    (all_of_them,) = tx.rows("SELECT count(*) AS n FROM applications")
    found = dict.fromkeys(ApplicationState, 0)
    for row in (*tx.rows(_COUNT_MOVED), *tx.rows(_COUNT_ANSWERED)):
        found[ApplicationState(row["state"])] += row["n"]
    found[ApplicationState.SAVED] += int(all_of_them["n"]) - sum(found.values())
    return found


def views(tx: Transaction, newest: int | None = None) -> list[ApplicationView]:
    """All applications or the ``newest`` ones, in the order in which they were saved."""
    if newest is None:
        return [_view(row) for row in tx.rows(f"{_SELECT} ORDER BY a.position")]
    rows = tx.rows(f"{_SELECT} ORDER BY a.position DESC LIMIT ?", (newest,))
    return [_view(row) for row in reversed(rows)]


def views_at(tx: Transaction, positions: Sequence[int]) -> list[ApplicationView]:
    """A few applications, in the order of ``positions``."""
    rows = tx.rows_among(f"{_SELECT} WHERE a.position IN", positions)
    found = {row["position"]: row for row in rows}
    return [_view(found[position]) for position in positions]


def view(tx: Transaction, application: ApplicationId) -> ApplicationView | None:
    """One application."""
    row = tx.row(f"{_SELECT} WHERE a.application = ?", (application,))
    return _view(row) if row else None


def find(tx: Transaction, name: str) -> ApplicationView | None:
    """One application, by its id, the county's number of its case, or its own number.

    Raises:
        UsageError: it is neither.
    """
    plain = identifier(name).upper()
    if (own := of_number(tx, plain)) is not None:
        return view(tx, own)
    if not _CASE.fullmatch(plain):
        return view(tx, application_id(plain))
    found = of_case(tx, plain)
    return view(tx, found) if found else None


def add_statement(tx: Transaction, signed: bytes) -> int:
    """Keep a signed statement; its number here."""
    tx.run("INSERT OR IGNORE INTO statements (signed) VALUES (?)", (signed,))
    (row,) = tx.rows("SELECT statement FROM statements WHERE signed = ?", (signed,))
    return int(row["statement"])


def add_mark(tx: Transaction, mark: Mark, signed: bytes) -> None:
    """Keep the county's mark with the highest number of each of its instances."""
    tx.run(
        "INSERT INTO high_water_marks (county, number, mark) VALUES (?, ?, ?)"
        " ON CONFLICT (county) DO UPDATE SET number = excluded.number, mark = excluded.mark"
        " WHERE number < excluded.number",
        (mark.instance, mark.number, signed),
    )


def mark_of(tx: Transaction, county: Instance | None) -> bytes:
    """The highest signed mark of that county instance; empty if there is none."""
    row = tx.row("SELECT mark FROM high_water_marks WHERE county = ?", (county,))
    return bytes(row["mark"]) if row else b""


def knows_county(tx: Transaction, county: Instance) -> bool:
    """Whether this county instance has ever given us a receipt."""
    return tx.row("SELECT 1 FROM receipts WHERE county = ? LIMIT 1", (county,)) is not None


def add_receipt(
    tx: Transaction, county: Instance, at_ms: int, line: ReceiptLine, statement: int
) -> None:
    """Note one line of a statement; number and time are those of the first word, RECEIVED."""
    rank = RANKS[line.state]
    tx.run(
        'INSERT INTO receipts (envelope, county, rank, first_rank, number, at_ms, "case",'
        " duplicate, statement) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8)"
        " ON CONFLICT (envelope, county) DO UPDATE SET"
        " number = CASE WHEN ?3 < first_rank THEN ?4 ELSE number END,"
        " at_ms = CASE WHEN ?3 < first_rank THEN ?5 ELSE at_ms END,"
        " first_rank = min(first_rank, ?3),"
        ' "case" = CASE WHEN ?6 = \'\' THEN "case" ELSE ?6 END,'
        " duplicate = max(duplicate, ?7),"
        " statement = CASE WHEN ?3 > rank THEN ?8 ELSE statement END,"
        " rank = max(rank, ?3)",
        (
            line.envelope,
            county,
            rank,
            line.number,
            line.at_ms or at_ms,
            line.case,
            int(line.duplicate),
            statement,
        ),
    )


def set_result(
    tx: Transaction,
    application: ApplicationId,
    outcome: ApplicationState,
    sealed: bytes,
    *,
    n: int,
    at_ms: int,
    files: int = 0,
) -> None:
    """A decision or rejection. A decision outweighs every rejection, in whichever order they came.

    Of two decisions, or two rejections, the one with the higher number stands.
    """
    tx.run(
        "UPDATE applications SET outcome = ?1, result = ?2, result_n = ?3, result_ms = ?4,"
        " result_files = ?6, result_told = ?7, result_handed = ?8"
        " WHERE application = ?5"
        " AND (result_n IS NULL OR result_n <= ?3 OR outcome = 'rejected' AND ?1 <> 'rejected')"
        " AND NOT (?1 = 'rejected' AND coalesce(outcome, '') IN ('decided', 'returned'))",
        (
            outcome.value,
            sealed,
            n,
            at_ms,
            application,
            files,
            record_id(application, "told", n),
            record_id(application, "handed-over", n),
        ),
    )


def newest_statement(tx: Transaction, envelope: bytes) -> bytes:
    """The county's signed word that says most of an envelope; empty if there is none."""
    row = tx.row(
        "SELECT s.signed FROM receipts r JOIN statements s USING (statement) WHERE r.envelope = ?"
        " ORDER BY r.county IS (SELECT county FROM station) DESC, r.at_ms DESC LIMIT 1",
        (envelope,),
    )
    return bytes(row["signed"]) if row else b""


def result_ms(tx: Transaction, application: ApplicationId) -> int | None:
    """When the county answered, by its clock; None if it has not."""
    row = tx.row("SELECT result_ms FROM applications WHERE application = ?", (application,))
    return row["result_ms"] if row else None


def arriving(tx: Transaction, blobs: Sequence[bytes], county: NodeId) -> set[BlobRef]:
    """Which of these blobs of the county are whole here."""
    rows = tx.rows_among("SELECT origin, blob FROM arriving WHERE whole = 1 AND blob IN", blobs)
    return {BlobRef(county, BlobId(row["blob"])) for row in rows if row["origin"] == county}


def _view(row: Row) -> ApplicationView:
    receipt = None
    if row["rank"] is not None:
        receipt = ReceiptView(
            number=row["number"],
            case=row["case"],
            at_ms=row["at_ms"],
            state=_STATES[row["rank"]],
            duplicate=bool(row["duplicate"]),
        )
    return ApplicationView(
        application=ApplicationId(row["application"]),
        item=row["item"],
        state=_state(row),
        saved_ms=row["saved_ms"],
        envelope=row["envelope"],
        receipt=receipt,
        result=row["result"],
        applicant=row["applicant"],
        problem=row["problem"],
        number=row["paper_number"],
        notice=_notice(row),
    )


def _notice(row: Row) -> NoticeView | None:
    if row["notice_node"] is None or row["outcome"] is not None:
        return None
    return NoticeView(node=row["notice_node"], code=row["notice_code"], at_ms=row["notice_ms"])


def _state(row: Row) -> ApplicationState:
    if row["outcome"] is not None:
        return ApplicationState(row["outcome"])
    settled = row["settled"] or Settled.OPEN
    if settled >= Settled.COMPLETE:
        return ApplicationState.COMPLETE
    if settled == Settled.RECEIVED:
        return ApplicationState.RECEIVED
    return (
        ApplicationState.AT_HUB
        if row["custody"] and not row["blobs_wait"]
        else ApplicationState.SAVED
    )
