"""Things that are shown to one person only, until that person says that they are written down.

Codes, kits, first passwords and recovery codes stay over a reload of the page and a restart of the
server. They are sealed for the node's own key, so that a copy of the database alone opens none.

Source: docs/security.md, "Pages"; ADR 0032.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.limits import MAX_ONETIME, MAX_ONETIME_BYTES
from central.accounts.models import OneTimeRow
from central.store.engine import Store
from protocol.codec import Record, pack, unpack
from protocol.envelope.keys import NodeKeys
from protocol.envelope.suites import SuiteNumber, seal
from protocol.errors import BusyError, PageMissingError, UnopenableError
from protocol.ports import Clock, Randomness

_NAME_BYTES = 16
_INFO = b"yizhan/onetime/1\0"


class Kind(Enum):
    """What is shown."""

    KIT = "kit"  # of one node, with its code
    KITS = "kits"  # of many, with their cards
    PASSWORD = "password"  # noqa: S105 - the first one of an account
    TOKEN = "token"  # noqa: S105 - of the API
    RECOVERY = "recovery"  # codes for the day on which a telephone is lost


class File(Record, frozen=True, kw_only=True):
    """One file to fetch."""

    name: str
    kind: str  # media type
    data: bytes


class Shown(Record, frozen=True, kw_only=True):
    """What is shown, with its files."""

    title: str  # name of the node or account
    secrets: tuple[str, ...] = ()  # codes or a password
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that its owner has not confirmed yet."""

    number: str
    kind: Kind
    subject: str
    title: str
    made_ms: int


class OneTime:
    """What waits to be written down at one node."""

    def __init__(
        self, store: Store, keys: NodeKeys, *, clock: Clock, randomness: Randomness
    ) -> None:
        self._store, self._keys = store, keys
        self._clock, self._randomness = clock, randomness

    async def put(self, owner: str, kind: Kind, subject: str, shown: Shown) -> str:
        """Keep something for ``owner``; the number to show it by.

        What was shown before of the same kind and subject is good no more, and goes.

        Raises:
            BusyError: it is too large, or its owner has too much that is not confirmed.
        """
        number = self._randomness.token(_NAME_BYTES).hex()
        data = pack(shown)
        public = self._keys.public().x25519
        sealed = seal(SuiteNumber.X25519, public, data, _info(owner, number))

        async def work(session: AsyncSession) -> None:
            same = (OneTimeRow.kind == kind.value, OneTimeRow.subject == subject)
            await session.execute(delete(OneTimeRow).where(*same))
            mine = select(func.count()).select_from(OneTimeRow).where(OneTimeRow.owner == owner)
            if (await session.scalar(mine) or 0) >= MAX_ONETIME or len(data) > MAX_ONETIME_BYTES:
                raise BusyError(f"{MAX_ONETIME}")
            session.add(
                OneTimeRow(
                    number=number,
                    owner=owner,
                    kind=kind.value,
                    subject=subject,
                    sealed=sealed,
                    made_ms=self._clock.now_ms(),
                )
            )

        await self._store.transact(work)
        return number

    async def of(self, owner: str, number: str) -> tuple[Waiting, Shown]:
        """One that waits for ``owner``.

        Raises:
            PageMissingError: there is none, or it was confirmed, or the node has other keys now.
        """
        row = await self._store.transact(lambda session: session.get(OneTimeRow, number))
        if row is None or row.owner != owner:
            raise PageMissingError(number[:40])
        try:
            shown = self._opened(row)
        except UnopenableError:
            await self.done(owner, number)
            raise PageMissingError(number) from None
        return _waiting(row, shown.title), shown

    async def waiting(self, owner: str) -> list[Waiting]:
        """All that waits for ``owner``, newest first."""
        query = select(OneTimeRow).where(OneTimeRow.owner == owner)
        query = query.order_by(OneTimeRow.made_ms.desc(), OneTimeRow.number)

        async def work(session: AsyncSession) -> Sequence[OneTimeRow]:
            return (await session.scalars(query)).all()

        found = []
        for row in await self._store.transact(work):
            try:
                found.append(_waiting(row, self._opened(row).title))
            except UnopenableError:  # sealed for keys that the node has no more
                await self.done(owner, row.number)
        return found

    async def done(self, owner: str, number: str) -> None:
        """Its owner has written it down: forget it."""
        mine = (OneTimeRow.owner == owner, OneTimeRow.number == number)
        await self._store.transact(lambda session: session.execute(delete(OneTimeRow).where(*mine)))

    def _opened(self, row: OneTimeRow) -> Shown:
        key = self._keys.opening[SuiteNumber.X25519]
        data = key.unwrap(row.sealed, _info(row.owner, row.number))
        return unpack(data, Shown, limit=2 * MAX_ONETIME_BYTES)


def _waiting(row: OneTimeRow, title: str) -> Waiting:
    return Waiting(
        number=row.number,
        kind=Kind(row.kind),
        subject=row.subject,
        title=title,
        made_ms=row.made_ms,
    )


def _info(owner: str, number: str) -> bytes:
    return _INFO + f"{owner}\0{number}".encode()
