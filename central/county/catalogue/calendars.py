"""Working days by the release that says so, for whoever counts limits by an older one too."""

from collections.abc import Collection, Mapping
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.catalogue.service import Catalogue
from protocol.casework.clocks import NEWEST
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.names import CALENDAR
from protocol.catalogue.items.release import calendar_of
from protocol.trust.edition import Edition

_KEPT = 32  # calendars that were read


class ReleaseCalendars:
    """Of one county."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def newest(self, session: AsyncSession) -> int:
        """The number of the newest release; 0: none yet."""
        edition = await self._catalogue.look(session)
        return edition.version if edition else 0

    async def of(
        self, session: AsyncSession, releases: Collection[int]
    ) -> tuple[int, Mapping[int, Calendar]]:
        """The number of the newest release, and the calendars of these, with its own as NEWEST.

        Before the first release the country's arrangement counts; a release that is gone is left
        out.
        """
        newest = await self._catalogue.look(session)
        found = {NEWEST: self._read(newest)}
        for number in releases:
            edition = await self._catalogue.release(session, number)
            if edition is not None:
                found[number] = self._read(edition)
        return newest.version if newest else 0, found

    def _read(self, edition: Edition | None) -> Calendar:
        if edition is None or CALENDAR not in edition.entries:
            return self._catalogue.national()
        return _calendar(edition.entries[CALENDAR])


@lru_cache(maxsize=_KEPT)
def _calendar(entry: bytes) -> Calendar:
    return calendar_of({CALENDAR: entry})
