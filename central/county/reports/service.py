"""Monthly reports: frozen as bytes with digest and signature; a correction is another edition.

Source: docs/reports.md.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.reports.calls import ReportLine, ReportShown
from central.county.reports.gathering import Gathering
from central.county.reports.models import ReportRow
from central.store.engine import Store
from central.store.insert import insert_new
from protocol.envelope.keys import Context, Signer, verify
from protocol.errors import SignatureError, UsageError
from protocol.errors.reports import (
    ReportClockError,
    ReportDamagedError,
    ReportMadeError,
    ReportMonthError,
    ReportUnknownError,
)
from protocol.limits import MAX_NOTE_CHARS
from protocol.ports import Clock
from protocol.trust.schedule import local_time

KIND = "yizhan-report/1"
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Of one county.

    Args:
        county: name and division code, as reports say them.
        believed: whether this machine's date can be believed now.
    """

    store: Store
    gathering: Gathering
    signer: Signer
    clock: Clock
    county: Callable[[], tuple[str, str]]
    believed: Callable[[], bool]

    async def make(self, month: str, reason: str, by: str) -> ReportLine:
        """Make the report of a month, or another edition with a reason; on disk when this returns.

        Raises:
            UsageError: that is no month, or the reason is too long.
            ReportMonthError: it has not ended.
            ReportClockError: nobody knows whether it has.
            ReportMadeError: it has a report, and no reason is given for another.
        """
        self._require(month, reason)
        before = await self.store.transact(lambda session: _newest(session, month))
        if bool(before) is not bool(reason):
            raise ReportMadeError(month) if before else ReportUnknownError(month)
        said = await self.gathering.of(month)
        values = self._values(month, before, reason, by=by, said=said)

        async def work(session: AsyncSession) -> ReportRow | None:
            written = insert_new(session, ReportRow).returning(ReportRow.edition)
            if await session.scalar(written, values) is None:
                return None
            return await session.get(ReportRow, (month, before + 1))

        row = await self.store.transact(work)
        if row is None:
            raise ReportMadeError(month)  # somebody else was faster
        return _line(row)

    async def list(self) -> Sequence[ReportLine]:
        """Every edition, the newest month first."""
        order = (ReportRow.month.desc(), ReportRow.edition.desc())
        columns = [one for one in ReportRow.__table__.columns if one.name != "body"]

        async def work(session: AsyncSession) -> Sequence[ReportLine]:
            rows = await session.execute(select(*columns).order_by(*order))
            return [_line(ReportRow(**row._mapping)) for row in rows]  # noqa: SLF001

        return await self.store.transact(work)

    async def show(self, month: str, edition: int) -> ReportShown:
        """One edition, as it was signed; 0: the newest.

        Raises:
            ReportUnknownError: there is none.
            ReportDamagedError: it is not what was signed.
        """

        async def work(session: AsyncSession) -> tuple[ReportRow | None, int]:
            newest = await _newest(session, month)
            return await session.get(ReportRow, (month, edition or newest)), newest

        row, newest = await self.store.transact(work)
        if row is None:
            raise ReportUnknownError(f"{month[:20]} {edition or ''}".rstrip())
        is_signed = self._is_signed(row)
        return ReportShown(
            line=_line(row), newest=newest, is_signed=is_signed, text=row.body.decode()
        )

    def _require(self, month: str, reason: str) -> None:
        if not _MONTH.fullmatch(month):
            raise UsageError(f"月份应写成 2027-01：{month[:20]}")
        if len(reason) > MAX_NOTE_CHARS:
            raise UsageError(f"理由最多 {MAX_NOTE_CHARS} 字")
        if not self.believed():
            raise ReportClockError
        if month >= f"{local_time(self.clock.now_ms()):%Y-%m}":
            raise ReportMonthError(month)

    def _values(
        self, month: str, before: int, reason: str, *, by: str, said: dict[str, object]
    ) -> dict[str, object]:
        name, code = self.county()
        head = {
            "month": month,
            "edition": before + 1,
            "corrects": before,
            "reason": reason,
            "made_ms": self.clock.now_ms(),
        }
        text = {"kind": KIND, "county": {"name": name, "code": code}, **head, "by": by, **said}
        body = json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return {
            **head,
            "by_name": by,
            "body": body,
            "sha256": hashlib.sha256(body).digest(),
            "signature": self.signer.sign(Context.REPORT, body),
        }

    def _is_signed(self, row: ReportRow) -> bool:
        """Whether the county's present key signed it; one that was renewed since did not.

        Raises:
            ReportDamagedError: it is not even what its digest says.
        """
        if hashlib.sha256(row.body).digest() != row.sha256:
            raise ReportDamagedError(f"{row.month} {row.edition}")
        try:
            verify(self.signer.public_bytes(), Context.REPORT, row.body, row.signature)
        except SignatureError:
            return False
        return True


async def _newest(session: AsyncSession, month: str) -> int:
    """The newest edition of a month; 0: none."""
    query = select(func.max(ReportRow.edition)).where(ReportRow.month == month)
    return await session.scalar(query) or 0


def _line(row: ReportRow) -> ReportLine:
    return ReportLine(
        month=row.month,
        edition=row.edition,
        corrects=row.corrects,
        reason=row.reason,
        made_ms=row.made_ms,
        by=row.by_name,
        sha256=row.sha256.hex(),
        signature=row.signature.hex(),
    )
