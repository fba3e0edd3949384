"""Erasing whom the county told of documents; numbers, days, digests and times stay.

The PDF itself is a file of the case, whose key casework erases, and so is its name.

Source: docs/operations.md, "Personal data"; docs/adr/0031-erasure.md.
"""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.documents.queries import forget_due, told_of
from central.county.ports.keys import Key


class DocumentErasure:
    """Of one county."""

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """What was told of these applications."""
        for row in await told_of(session, keys):
            row.person, row.words = "", ""
        await forget_due(session, keys)
        await session.flush()
