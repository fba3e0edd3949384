"""What the parent refuses: counted, set aside in the end, and offered again when it may help.

An envelope or blob that was refused three times in a row waits until the parent is another
instance or program, or holds another roster or release, than when it refused; or a day; or the
clerk's word.

Source: docs/protocol.md section 9.6.
"""

from dataclasses import dataclass

from protocol.limits import AGAIN_S, MAX_REFUSALS
from protocol.trust.reports.notice import Notice
from station_agent.store.db import Transaction

_NOTICED = {
    False: "SELECT envelope FROM outbox WHERE envelope = ?",
    True: "SELECT envelope FROM blobs WHERE blob = ?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferredItem:
    """One envelope or blob that waits for something to change."""

    application: str | None
    item: bytes
    blob: bool
    code: str
    since_ms: int | None  # local time of the last refusal


def refuse_envelope(tx: Transaction, envelope: bytes, code: str, at_ms: int) -> None:
    """The parent refused it: not sent again before :func:`try_again`."""
    tx.run(
        "UPDATE outbox SET refused = ?, refusals = refusals + 1, refused_ms = ? WHERE envelope = ?",
        (code, at_ms, envelope),
    )


def refuse_blob(tx: Transaction, blob: bytes, code: str, at_ms: int) -> None:
    """The parent refused a part: start it over, and offer its envelope again."""
    tx.run(
        "UPDATE blobs SET held = 0, refusals = refusals + 1, refused = ?, refused_ms = ?"
        " WHERE blob = ?",
        (code, at_ms, blob),
    )
    tx.run(
        "UPDATE outbox SET custody = 0"
        " WHERE envelope = (SELECT envelope FROM blobs WHERE blob = ?)",
        (blob,),
    )


def give_up_blob(tx: Transaction, blob: bytes, code: str) -> None:
    """Its file can't be sent."""
    tx.run("UPDATE blobs SET refusals = ?, refused = ? WHERE blob = ?", (MAX_REFUSALS, code, blob))


def try_again(tx: Transaction) -> None:
    """Queue again what was refused less than three times: it is tried once an hour."""
    tx.run(
        "UPDATE outbox SET refused = NULL WHERE refused IS NOT NULL AND refusals < ?",
        (MAX_REFUSALS,),
    )


def offer_again(tx: Transaction) -> int:
    """Queue everything again that was refused; how many of it had been set aside."""
    count = len(deferred(tx))
    tx.run("UPDATE outbox SET refused = NULL, refusals = 0 WHERE refused IS NOT NULL")
    tx.run("UPDATE blobs SET refused = NULL, refusals = 0 WHERE done = 0 AND refusals > 0")
    return count


def offer_old_again(tx: Transaction, now_ms: int) -> None:
    """Queue again what was refused a day ago, by a clock that may have jumped since."""
    day = (now_ms - AGAIN_S * 1000, now_ms)
    tx.run(
        "UPDATE outbox SET refused = NULL, refusals = 0 WHERE refused IS NOT NULL"
        " AND coalesce(refused_ms NOT BETWEEN ? AND ?, 1)",
        day,
    )
    tx.run(
        "UPDATE blobs SET refused = NULL, refusals = 0 WHERE done = 0 AND refusals > 0"
        " AND coalesce(refused_ms NOT BETWEEN ? AND ?, 1)",
        day,
    )


def note_program(tx: Transaction, program: str) -> None:
    """Which program runs now; after an upgrade everything is offered again."""
    (row,) = tx.rows("SELECT program FROM station")
    if row["program"] != program:
        tx.run("UPDATE station SET program = ?", (program,))
        offer_again(tx)


def heard_versions(tx: Transaction, roster: int, release: int, program: str) -> None:
    """What the parent holds and runs now; if that is new, it may judge otherwise."""
    held = (roster, release, program)
    (row,) = tx.rows("SELECT parent_roster, parent_release, parent_program FROM station")
    if tuple(row) != held:
        tx.run("UPDATE station SET parent_roster = ?, parent_release = ?, parent_program = ?", held)
        offer_again(tx)


def deferred(tx: Transaction) -> list[DeferredItem]:
    """Everything that waits for something to change, oldest first."""
    envelopes = tx.rows(
        "SELECT o.envelope AS item, a.application, o.refused, o.refused_ms FROM outbox o"
        " LEFT JOIN applications a USING (envelope)"
        " WHERE o.refused IS NOT NULL AND o.refusals >= ? ORDER BY o.position",
        (MAX_REFUSALS,),
    )
    blobs = tx.rows(
        "SELECT b.blob AS item, a.application, b.refused, b.refused_ms FROM blobs b"
        " LEFT JOIN applications a USING (envelope)"
        " WHERE b.done = 0 AND b.refused IS NOT NULL AND b.refusals >= ? ORDER BY b.position",
        (MAX_REFUSALS,),
    )
    return [
        DeferredItem(
            application=row["application"],
            item=row["item"],
            blob=is_blob,
            code=row["refused"],
            since_ms=row["refused_ms"],
        )
        for is_blob, rows in ((False, envelopes), (True, blobs))
        for row in rows
    ]


def keep_notice(tx: Transaction, notice: Notice, signed: bytes) -> None:
    """One for each envelope of ours, the newest by its arrival; what is not ours is dropped."""
    row = tx.row(_NOTICED[notice.blob], (notice.item,))
    if row is not None:
        tx.run(
            "INSERT OR REPLACE INTO notices (envelope, node, code, at_ms, signed)"
            " VALUES (?, ?, ?, ?, ?)",
            (row["envelope"], notice.by, notice.code, notice.at_ms, signed),
        )
