"""Blocks of numbers at a station: what came, what was used of it in order, what was voided.

A number is used in the transaction that saves what it stands on. The journal names it too, so
that a number whose commit a power cut took is used all the same after the next start.

Source: docs/numbers.md.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence

from protocol.envelope.number_payloads import NumberBlock, VoidedBlock
from protocol.errors.numbers import NumberWrongError
from protocol.ids import ApplicationId
from protocol.numbers.block import Block, Run, Use
from protocol.numbers.number import Number, NumberKind, Series
from station_agent.store.db import Row, Transaction

log = logging.getLogger(__name__)

YEAR_OVER = "年度已过"
SET_BACK = "本机数据被恢复或复制"

# one that was begun goes on before another
_IN_USE = """
SELECT * FROM number_blocks WHERE kind = ? AND next <= last AND (? IS NULL OR year = ?)
ORDER BY year, next = first, first LIMIT 1
"""


def receive(tx: Transaction, told: NumberBlock, now_ms: int) -> bool:
    """Take a block; False if it is known, or for a PC that went on from another start.

    What the journal says was used of it is used.
    """
    block, series = told.plain(), told.plain().series
    if tx.row("SELECT 1 FROM number_blocks WHERE block = ?", (told.block,)) is not None:
        return False
    if told.start and not _has_started(tx, told.start):
        log.warning(
            "a block for another copy of this PC",
            extra={"event": "numbers.not-ours", "block": told.block.hex()},
        )
        return False
    (used,) = tx.rows(
        "SELECT max(serial) AS serial FROM number_uses"
        " WHERE kind = ? AND issuer = ? AND year = ? AND serial BETWEEN ? AND ?",
        (series.kind.value, series.issuer, series.year, block.first, block.last),
    )
    begin = block.first if used["serial"] is None else used["serial"] + 1
    tx.run(
        "INSERT INTO number_blocks (block, kind, issuer, year, first, last, next, came_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(block.id, series.kind.value, series.issuer, series.year),
            *(block.first, block.last, begin, now_ms),
        ),
    )
    tx.run("DELETE FROM number_asks WHERE kind = ? AND year = ?", (series.kind.value, series.year))
    return True


def take(
    tx: Transaction,
    kind: NumberKind,
    *,
    year: int | None,
    start: str,
    application: ApplicationId,
    now_ms: int,
) -> str:
    """The next number of a kind, used for ``application``; empty if there is none.

    Args:
        year: by the county's time; None: it is not known, and no year is over.
        start: the digits of the start that uses it.
    """
    row = tx.row(_IN_USE, (kind.value, year, year))
    if row is None:
        return ""
    use = _use(tx, row)
    serial, after = use.take()
    _keep(tx, use, after)
    number = Number(series=use.block.series, serial=serial, start=start)
    _add_use(tx, number, application, now_ms)
    return number.text


def note_used(tx: Transaction, text: str, application: ApplicationId, now_ms: int) -> None:
    """The journal says that this number was used; what it says is believed."""
    try:
        number = Number.read(text)
    except NumberWrongError:
        return
    _add_use(tx, number, application, now_ms)
    for use in uses(tx):
        if use.block.series == number.series and number.serial in use.block:
            _keep(tx, use, use.saw(number.serial))


def void(tx: Transaction, kind: NumberKind, count: int | None, reason: str) -> list[str]:
    """The next ``count`` numbers of the block in use, or (None) all of the kind, are never used.

    Returns the runs, in words.

    Raises:
        NumberSpentError: so many are not left.
        NumberWrongError: no reason is given.
    """
    of_kind = [use for use in uses(tx) if use.block.series.kind is kind and use.remaining]
    if count is not None or not of_kind:
        row = tx.row(_IN_USE, (kind.value, None, None))
        use = _use(tx, row) if row else None
        after = (use or _nothing(kind)).void(count or 0, reason)
        return [_keep(tx, use, after)] if use else []
    return [_keep(tx, use, use.close(reason)) for use in of_kind]


def close_past(tx: Transaction, year: int | None) -> None:
    """What is left of blocks of years that are over is voided."""
    if year is None:
        return
    rows = tx.rows("SELECT * FROM number_blocks WHERE year < ? AND next <= last", (year,))
    for use in [_use(tx, row) for row in rows]:
        _keep(tx, use, use.close(YEAR_OVER))


def close_all(tx: Transaction, reason: str) -> int:
    """What is left of every block is voided; how many numbers that were."""
    open_ones = [use for use in uses(tx) if use.remaining]
    for use in open_ones:
        _keep(tx, use, use.close(reason))
    return sum(use.remaining for use in open_ones)


def close(tx: Transaction, voided: VoidedBlock) -> None:
    """The county voids what is left of one block."""
    row = tx.row("SELECT * FROM number_blocks WHERE block = ?", (voided.block,))
    if row is not None:
        use = _use(tx, row)
        _keep(tx, use, use.close(voided.reason))


def uses(tx: Transaction) -> list[Use]:
    """Every block, and how far it is used; the order is that of use."""
    rows = tx.rows("SELECT * FROM number_blocks ORDER BY kind, year, next = first, first")
    return [_use(tx, row) for row in rows]


def untold(tx: Transaction) -> list[Use]:
    """Blocks of which the county does not know how far they are used; those in use come first."""
    rows = tx.rows(
        "SELECT * FROM number_blocks b WHERE next <= last OR told_next < next"
        " ORDER BY told_next < next AND next > last DESC, kind, year, first"
    )
    return [_use(tx, row) for row in rows]


def must_tell(tx: Transaction) -> bool:
    """Whether numbers were voided, or a block came to its end, and the county does not know."""
    row = tx.row(
        "SELECT 1 FROM number_blocks b WHERE (next > last AND told_next < next) OR told_runs <"
        " (SELECT count(*) FROM number_voids v WHERE v.block = b.block) LIMIT 1"
    )
    return row is not None


def told(tx: Transaction, reported: Iterable[Use]) -> None:
    """The county is told that these are used so far."""
    tx.run_many(
        "UPDATE number_blocks SET told_next = ?, told_runs = ? WHERE block = ?",
        [(use.next, len(use.runs), use.block.id) for use in reported],
    )


def kinds(tx: Transaction) -> list[NumberKind]:
    """Of which kinds this station has ever had numbers."""
    rows = tx.rows("SELECT kind FROM number_blocks UNION SELECT kind FROM number_uses ORDER BY 1")
    return [NumberKind(row["kind"]) for row in rows]


def asked(tx: Transaction, kind: NumberKind, year: int) -> int | None:
    """Local time when more of these was asked for; None if nothing is awaited."""
    query = "SELECT asked_ms FROM number_asks WHERE kind = ? AND year = ?"
    row = tx.row(query, (kind.value, year))
    return None if row is None else int(row["asked_ms"])


def note_asked(tx: Transaction, kind: NumberKind, year: int, now_ms: int) -> None:
    """More of these is asked for."""
    tx.run(
        "INSERT INTO number_asks (kind, year, asked_ms) VALUES (?, ?, ?)"
        " ON CONFLICT (kind, year) DO UPDATE SET asked_ms = excluded.asked_ms",
        (kind.value, year, now_ms),
    )


def of_applications(
    tx: Transaction, applications: Sequence[ApplicationId], kind: NumberKind = NumberKind.CASE
) -> Mapping[ApplicationId, str]:
    """The number of each of these that has one."""
    rows = tx.rows_among(
        f"SELECT application, number FROM number_uses WHERE kind = '{kind.value}'"  # noqa: S608 - our own words
        " AND application IN",
        applications,
    )
    return {ApplicationId(row["application"]): row["number"] for row in rows}


def _has_started(tx: Transaction, incarnation: bytes) -> bool:
    query = "SELECT 1 FROM incarnations WHERE incarnation = ?"
    return tx.row(query, (incarnation,)) is not None


def _add_use(tx: Transaction, number: Number, application: ApplicationId, now_ms: int) -> None:
    series = number.series
    tx.run(
        "INSERT INTO number_uses (number, kind, issuer, year, serial, application, used_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            *(number.text, series.kind.value, series.issuer, series.year, number.serial),
            *(application, now_ms),
        ),
    )


def _use(tx: Transaction, row: Row) -> Use:
    series = Series(issuer=row["issuer"], kind=NumberKind(row["kind"]), year=row["year"])
    block = Block(id=row["block"], series=series, first=row["first"], last=row["last"])
    runs = tx.rows(
        "SELECT first, last, reason FROM number_voids WHERE block = ? ORDER BY first",
        (block.id,),
    )
    return Use(block=block, next=row["next"], runs=tuple(Run(**dict(run)) for run in runs))


def _keep(tx: Transaction, before: Use, after: Use) -> str:
    """Write what changed; the last run of it in words."""
    block = after.block.id
    tx.run("UPDATE number_blocks SET next = ? WHERE block = ?", (after.next, block))
    if before.runs != after.runs:
        tx.run("DELETE FROM number_voids WHERE block = ?", (block,))
        tx.run_many(
            "INSERT INTO number_voids (block, first, last, reason) VALUES (?, ?, ?, ?)",
            [(block, run.first, run.last, run.reason) for run in after.runs],
        )
    return f"{before.next}-{after.next - 1}"


def _nothing(kind: NumberKind) -> Use:
    """A block of which nothing is left, to refuse in its words."""
    series = Series(issuer="000000", kind=kind, year=0)
    return Use(block=Block(id=b"", series=series, first=1, last=1), next=2)
