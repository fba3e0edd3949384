"""What the county answered and somebody has to be told: results, and documents of steps.

Who was told what is a follow-up under an id that follows from the answer. So nothing of that is
stored twice, and a record that the journal alone still has counts like any other.
"""

import hashlib
from dataclasses import dataclass

from protocol.ids import ApplicationId
from station_agent.store.db import Row, Transaction

_ID_CHARS = 32
_EVERY = """
SELECT a.position, a.application, a.item, a.outcome AS kind, a.result_n AS n,
    a.result_ms AS at_ms, NULL AS days, a.result_files AS files,
    a.result_told AS told_id, a.result_handed AS handed_id,
    a.outcome = 'returned' AND EXISTS (
        SELECT 1 FROM versions v WHERE v.earlier = a.application) AS corrected
FROM applications a WHERE a.outcome IS NOT NULL AND a.result_n IS NOT NULL {one_result}
UNION ALL
SELECT a.position, d.application, a.item, 'document', d.n, d.issued_ms, d.days, d.files,
    d.told, d.handed, 0
FROM documents d JOIN applications a ON a.application = d.application {one_document}
"""
_WITH_RECORDS = """
SELECT x.*, t.follow_up IS NOT NULL AS told, h.follow_up IS NOT NULL AS handed FROM ({every}) x
LEFT JOIN follow_ups t ON t.follow_up = x.told_id AND t.envelope IS NOT NULL
LEFT JOIN follow_ups h ON h.follow_up = x.handed_id AND h.envelope IS NOT NULL
{only}ORDER BY x.at_ms, x.position, x.n
"""
_LIES = """WHERE h.follow_up IS NULL AND NOT x.corrected
    AND (t.follow_up IS NULL OR x.files > 0 AND x.kind <> 'returned')
"""  # as AnswerRow.lies says it: most do not, and a row of each would take longer than all else


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer, and whether it was told or handed over."""

    position: int  # of its application
    application: ApplicationId
    item: str
    kind: str  # decided, returned, rejected; or document
    n: int  # the county's number of it
    at_ms: int  # by the county's clock
    days: int | None  # working days in which it is to be told; None: as the law says of its kind
    files: int  # how many come with it
    told_id: ApplicationId  # id of the follow-up that says that its content was told,
    handed_id: ApplicationId  # and of the one that says that it was handed over
    told: bool
    handed: bool
    corrected: bool  # it was handed in again: who did so was told

    @property
    def lies(self) -> bool:
        """Whether somebody is still to get it: with files, the files themselves."""
        if self.handed or self.corrected:
            return False
        return not self.told or (self.files > 0 and self.kind != "returned")


def record_id(application: str, what: str, n: int) -> ApplicationId:
    """Id of the follow-up that says what was done with one answer: the same each time.

    Args:
        what: told or handed-over.
        n: the county's number of the answer.
    """
    text = f"yizhan answer {application} {n} {what}"
    return ApplicationId(hashlib.sha256(text.encode()).hexdigest()[:_ID_CHARS])


def lying(tx: Transaction) -> list[AnswerRow]:
    """Every answer that somebody is still to be told or to get, the oldest first."""
    return [_answer(row) for row in tx.rows(_query(only=_LIES))]


def of_application(tx: Transaction, application: str) -> list[AnswerRow]:
    """Every answer to one application, the oldest first."""
    query = _query("AND a.application = ?1", "WHERE d.application = ?1")
    return [_answer(row) for row in tx.rows(query, (application,))]


def _query(one_result: str = "", one_document: str = "", only: str = "") -> str:
    every = _EVERY.format(one_result=one_result, one_document=one_document)
    return _WITH_RECORDS.format(every=every, only=only)


def _answer(row: Row) -> AnswerRow:
    return AnswerRow(
        position=row["position"],
        application=ApplicationId(row["application"]),
        item=row["item"],
        kind=row["kind"],
        n=row["n"],
        at_ms=row["at_ms"],
        days=row["days"],
        files=row["files"],
        told_id=ApplicationId(row["told_id"] or ""),
        handed_id=ApplicationId(row["handed_id"] or ""),
        told=bool(row["told"]),
        handed=bool(row["handed"]),
        corrected=bool(row["corrected"]),
    )
