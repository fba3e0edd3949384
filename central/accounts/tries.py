"""Wrong logins by name: counted before they are judged, alike for names that exist and that do not.

A name that somebody typed may be a password in the wrong field, so only a keyed hash is kept.

Source: docs/security.md, "Pages".
"""

import hashlib
import hmac
from collections.abc import Iterable

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.limits import LOCK_S, LOGIN_TRIES, MAX_TRIED_NAMES
from central.accounts.models import TriesRow
from protocol.envelope.keys import Context, Signer
from protocol.errors import LoginLockedError
from protocol.ports import Clock


class Tries:
    """The wrong logins of one node."""

    def __init__(self, clock: Clock, secret: bytes) -> None:
        self._clock, self._secret = clock, secret
        self.most_names = MAX_TRIED_NAMES  # that are no accounts

    @classmethod
    def of(cls, clock: Clock, signer: Signer) -> "Tries":
        """With a secret that only the holder of the node's signing key can make."""
        return cls(clock, hashlib.sha256(signer.sign(Context.LOGIN, b"")).digest())

    async def enter(self, session: AsyncSession, name: str, *, known: bool) -> None:
        """Count one try as wrong until :meth:`forgive` says that it was right.

        Raises:
            LoginLockedError: there were too many; this one is not to be judged.
        """
        now_ms = self._clock.now_ms()
        row = await self._row(session, name, known=known)
        if _locked(row, now_ms):
            raise LoginLockedError
        row.known = known
        row.failures += 1
        if row.failures >= LOGIN_TRIES:
            row.failures, row.locked_until_ms = 0, now_ms + LOCK_S * 1000

    async def forgive(self, session: AsyncSession, name: str) -> None:
        """Nothing wrong was tried under ``name``, or somebody unlocked it."""
        await session.execute(
            update(TriesRow)
            .where(TriesRow.name == self._hash(name))
            .values(failures=0, locked_until_ms=None)
        )

    async def take_back(self, session: AsyncSession, name: str) -> None:
        """The try that was counted last was no guess; those before it stay."""
        query = select(TriesRow).where(TriesRow.name == self._hash(name)).with_for_update()
        row = (await session.scalars(query)).one()
        if row.failures:
            row.failures -= 1
        elif row.locked_until_ms is not None:  # by this very try: else it was not judged
            row.failures, row.locked_until_ms = LOGIN_TRIES - 1, None

    async def locked(self, session: AsyncSession, names: Iterable[str]) -> dict[str, int]:
        """Until when (ms) each name that is locked now is."""
        hashes = {self._hash(name): name for name in names}
        query = select(TriesRow).where(TriesRow.name.in_(hashes), TriesRow.locked_until_ms > 0)
        now_ms = self._clock.now_ms()
        rows = await session.scalars(query)
        return {hashes[row.name]: row.locked_until_ms or 0 for row in rows if _locked(row, now_ms)}

    async def _row(self, session: AsyncSession, name: str, *, known: bool) -> TriesRow:
        """The row of ``name``, locked until the transaction ends."""
        key = self._hash(name)
        build = (
            postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        )
        now_ms = self._clock.now_ms()
        await session.execute(
            build(TriesRow)
            .values(name=key, known=known, failures=0, at_ms=now_ms)
            .on_conflict_do_update(index_elements=[TriesRow.name], set_={"at_ms": now_ms})
        )
        await self._make_room(session)  # for a known name too: it must take as long
        query = select(TriesRow).where(TriesRow.name == key).with_for_update()
        return (await session.scalars(query)).one()

    async def _make_room(self, session: AsyncSession) -> None:
        """Forget the oldest names that are no accounts; those of accounts are never forgotten."""
        unknown = select(func.count()).select_from(TriesRow).where(TriesRow.known.is_(False))
        surplus = (await session.scalar(unknown) or 0) - self.most_names
        if surplus > 0:
            oldest = select(TriesRow.name).where(TriesRow.known.is_(False))
            oldest = oldest.order_by(TriesRow.at_ms, TriesRow.name).limit(surplus)
            await session.execute(delete(TriesRow).where(TriesRow.name.in_(oldest)))

    def _hash(self, name: str) -> bytes:
        return hmac.digest(self._secret, name.encode("utf-8", "surrogatepass"), "sha256")


def _locked(row: TriesRow, now_ms: int) -> bool:
    """A clock that was set back must not lock anybody for a year."""
    return row.locked_until_ms is not None and 0 < row.locked_until_ms - now_ms <= LOCK_S * 1000
