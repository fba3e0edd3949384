"""Which key the county has approved, as its word came. None of these commits."""

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.instance.notes import keep_note, read_note

_APPROVED = "office-approved"  # key of the row in meta


async def note_approved(session: AsyncSession, key: bytes) -> None:
    """The county seals cases for the key of this name from now on."""
    await keep_note(session, _APPROVED, key)


async def approved_key(session: AsyncSession) -> bytes | None:
    """Name of the key that was approved last; None: none was."""
    return await read_note(session, _APPROVED)
