"""What followed, as people see it beside its case."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import CaseFile, FollowUpShown
from central.county.casework.files.received import CaseFiles
from central.county.followups.models import FollowUpRow
from central.county.followups.queries import rows_of_cases, rows_with
from central.county.ports.keys import Key
from protocol.json_values import from_json
from protocol.records.followups import Said


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """Of one county."""

    files: CaseFiles

    async def of_cases(
        self, session: AsyncSession, keys: Collection[Key]
    ) -> Mapping[Key, Sequence[FollowUpShown]]:
        """What followed each of these applications, in the order in which it came."""
        rows = await rows_of_cases(session, keys) if keys else []
        found: dict[Key, list[FollowUpShown]] = {}
        for row, told in zip(rows, await self.shown(session, rows), strict=True):
            found.setdefault((row.station, row.application or b""), []).append(told)
        return found

    async def found(
        self, session: AsyncSession, follow_up: bytes
    ) -> list[tuple[Key, bytes | None]]:
        """What has this id, of whichever station; and the application that it is about."""
        rows = await rows_with(session, follow_up)
        return [((row.station, row.follow_up), row.application) for row in rows]

    async def shown(
        self, session: AsyncSession, rows: Sequence[FollowUpRow]
    ) -> list[FollowUpShown]:
        """Each with what was said and its files."""
        keys = {(row.station, row.follow_up) for row in rows}
        files = await self.files.shown(session, keys)
        whole = await self.files.whole(session, keys)
        return [
            _shown(row, files[key], complete=key in whole)
            for row in rows
            for key in [(row.station, row.follow_up)]
        ]


def said_of(row: FollowUpRow) -> Said | None:
    """What was said; None: it was erased."""
    return from_json(json.loads(row.said)["said"], Said) if row.said else None


def _shown(row: FollowUpRow, files: Sequence[CaseFile], *, complete: bool) -> FollowUpShown:
    return FollowUpShown(
        follow_up=row.follow_up.hex(),
        about=row.about,
        said=said_of(row),
        received_ms=row.received_ms,
        complete=complete,
        attachments=files,
        erased_ms=row.erased_ms,
    )
