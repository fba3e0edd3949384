"""Marks: the county's signed word with the highest receipt number that is known below it.

A hub keeps the highest that its children show, and shows it upward. The county compares.

Source: docs/protocol.md section 8.2.
"""

import logging
from collections.abc import Callable

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import MetaRow
from protocol.envelope.payloads import Mark, open_mark
from protocol.errors import PeerError
from protocol.trust.roster import Roster

_MARK = "mark"  # key of the row in meta

log = logging.getLogger(__name__)


def read_mark(roster: Roster, signed: bytes) -> Mark | None:
    """What a child shows; None if that is nothing, or no word of our county."""
    if not signed:
        return None
    county, _ = roster.county()
    try:
        mark = open_mark(roster.county_keys, signed)
    except PeerError as exc:
        log.warning("mark refused", extra={"event": "mark.refused", "code": exc.code})
        return None
    return mark if mark.county.hex() == county else None


async def highest_mark(session: AsyncSession, roster: Roster, county: bytes | None) -> bytes:
    """The signed mark to show upward; empty if it is of another county instance than ``county``.

    A hub that has not met the county yet knows none: a station may have met it by another path.
    """
    held = await _held(session)
    mark = read_mark(roster, held)
    return held if mark is not None and county in (None, b"", mark.instance) else b""


async def keep_mark(session: AsyncSession, roster: Roster, signed: bytes, mark: Mark) -> None:
    """Keep what a child showed, if it is of another county instance or higher."""
    held = read_mark(roster, await _held(session))
    if held is None or held.instance != mark.instance or held.number < mark.number:
        await session.execute(delete(MetaRow).where(MetaRow.key == _MARK))
        await session.execute(insert(MetaRow).values(key=_MARK, value=signed))


class MarkKeeper:
    """A hub keeps the highest mark that its children show, for the node above."""

    def __init__(self, roster: Callable[[], Roster]) -> None:
        self._roster = roster

    async def mark_shown(self, session: AsyncSession, signed: bytes, mark: Mark) -> bool:
        """Keep it; no other life begins here."""
        await keep_mark(session, self._roster(), signed, mark)
        return False

    async def time_shown(self, session: AsyncSession, signed: bytes) -> bool:  # noqa: ARG002
        """It is taken in like any other; no other life begins here."""
        return False


async def _held(session: AsyncSession) -> bytes:
    return await session.scalar(select(MetaRow.value).where(MetaRow.key == _MARK)) or b""
