"""Publishing: a checked file becomes the next signed release."""

import asyncio
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.catalogue.national import national_calendar
from central.county.catalogue.readings import with_readings
from central.county.counters.service import take
from central.county.ports.relay import Releases
from central.store.engine import Store
from protocol.catalogue.items import catalogue_entries
from protocol.envelope.keys import Signer
from protocol.errors import CatalogueError, TooLargeError
from protocol.ports import Clock
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from protocol.trust.schedule import local_time

_SERIES = "release"  # its lock; its number is only a floor, which a restored county has moved up


class Catalogue:
    """Publishes releases."""

    def __init__(self, *, store: Store, releases: Releases, signer: Signer, clock: Clock) -> None:
        self._store, self._releases = store, releases
        self._signer, self._clock = signer, clock

    async def publish(self, file: bytes) -> int:
        """The number of the release that ``file`` became; an unchanged file keeps its number.

        Raises:
            CatalogueError: anything in the file is wrong; nothing was published.
        """
        checked = await asyncio.to_thread(catalogue_entries, file, national_calendar(self._year()))
        entries = await asyncio.to_thread(with_readings, checked)
        edition = await self._store.transact(lambda session: self._publish(session, entries))
        self._releases.adopt(edition)
        return edition.version

    async def newest(self) -> Edition | None:
        """The newest release that this process knows; None before the first."""
        return await self._releases.current(Kind.RELEASE)

    async def move_ahead(self, by: int) -> None:
        """Publish the newest release again, under a number that is higher by ``by``.

        For a county that comes from a backup: nodes may hold releases that were published after
        it, and take nothing that is not newer. Without a release only the numbers move.
        """
        edition = await self._store.transact(lambda session: self.ahead(session, by))
        if edition is not None:
            self._releases.adopt(edition)

    async def ahead(self, session: AsyncSession, by: int) -> Edition | None:
        """As :meth:`move_ahead`, in the caller's transaction; to be offered once that is over."""
        floor = await take(session, _SERIES, 0)
        newest = await self._newest(session)
        number = max(floor - 1, newest.version if newest else 0) + by
        await take(session, _SERIES, number + 1 - floor)
        return await self._sign(session, number, newest.entries) if newest else None

    async def offer(self, edition: Edition) -> None:
        """Offer a release to everybody if it is stored, once whoever stores it has ended."""

        async def work(session: AsyncSession) -> Edition | None:
            await take(session, _SERIES, 0)  # waits for a transaction that is still open
            return await self._releases.version(session, Kind.RELEASE, edition.version)

        if await self._store.transact(work) is not None:
            self._releases.adopt(edition)

    def _year(self) -> int:
        return local_time(self._clock.now_ms()).year

    async def _publish(self, session: AsyncSession, entries: Mapping[str, bytes]) -> Edition:
        floor = await take(session, _SERIES, 0)
        newest = await self._newest(session)
        if newest is not None and newest.entries == entries:
            return newest
        number = max(floor, newest.version + 1 if newest else 1)
        return await self._sign(session, number, entries)

    async def _sign(
        self, session: AsyncSession, number: int, entries: Mapping[str, bytes]
    ) -> Edition:
        try:
            head = make_head(Kind.RELEASE, number, entries, self._clock.now_ms())
        except TooLargeError as exc:
            raise CatalogueError(exc.detail) from None
        edition = Edition(head=head, proof=sign_head(self._signer, head), entries=entries)
        await self._releases.publish(session, edition)
        return edition

    async def _newest(self, session: AsyncSession) -> Edition | None:
        """The newest release in the store; another process may have published it."""
        newest = await self._releases.current(Kind.RELEASE)
        number = newest.version if newest else 0
        while later := await self._releases.version(session, Kind.RELEASE, number + 1):
            newest, number = later, later.version
        return newest
