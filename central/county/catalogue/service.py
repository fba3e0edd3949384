"""Publishing: a checked catalogue becomes the next signed release."""

import asyncio
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.catalogue.national import national_calendar
from central.county.catalogue.readings import with_readings
from central.county.catalogue.rules import Entries, Publishing
from central.county.counters.service import take
from central.county.ports.relay import Releases
from central.store.engine import Store
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.changes.planned import in_force
from protocol.catalogue.changes.release import next_entries, same_content, versioned
from protocol.catalogue.findings import Finding, Level, refusal
from protocol.catalogue.items.entries import check_catalogue
from protocol.catalogue.items.names import is_item
from protocol.envelope.keys import Signer
from protocol.errors import CatalogueError, TooLargeError
from protocol.errors.publishing import CatalogueShrinksError, ReviewNeededError
from protocol.ports import Clock
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from protocol.trust.schedule import local_time

_MANY = 10  # items: of a handful, most may go without a question
_SERIES = "release"  # its lock; its number is only a floor, which a restored county has moved up


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be published on top of a release."""

    entries: Entries  # the whole catalogue, each item with its version
    start: date | None = None  # from which day on what is different counts; None: at once
    clears: bool = False  # whether what was planned is taken back
    made: Entries | None = None  # entries that publishing adds: who wrote and who approved


class Catalogue:
    """Publishes releases.

    Args:
        believed: whether this machine's date can be believed; what is planned waits until it can.
    """

    def __init__(
        self,
        *,
        store: Store,
        releases: Releases,
        signer: Signer,
        clock: Clock,
        rules: Publishing | None = None,
        believed: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store, self._releases = store, releases
        self._signer, self._clock = signer, clock
        self._rules, self._believed = rules or Publishing(), believed

    @property
    def needs_second_person(self) -> bool:
        """Whether the policy asks for one before anything is published."""
        return self._rules.second_person()

    async def read(self, file: bytes) -> tuple[dict[str, bytes], Sequence[Finding]]:
        """The entries of a file, and what may be better in them.

        Raises:
            CatalogueError: anything in the file is wrong.
        """
        return await asyncio.to_thread(self._read, file, self._date())

    async def findings(self, entries: Entries) -> Sequence[Finding]:
        """What may be better in a catalogue."""
        return await asyncio.to_thread(self._rules.check, entries, self._date())

    async def publish(self, file: bytes, *, anyway: bool = False) -> int:
        """The number of the release that ``file`` became; an unchanged file keeps its number.

        Args:
            anyway: although most of the items would be withdrawn.

        Raises:
            CatalogueShrinksError: most of the items would be; nothing was published.
            ReviewNeededError: the policy asks for a second person; nothing was published.
            CatalogueError: anything in the file is wrong; nothing was published.
            DraftConflictError: it changes what is planned for a later day.
        """
        if self.needs_second_person:
            raise ReviewNeededError
        entries, _ = await self.read(file)

        async def work(session: AsyncSession) -> Edition:
            base = await self.hold(session)
            before = base.entries if base else {}
            if not anyway:
                _require_most_kept(before, entries)
            wanted = await asyncio.to_thread(versioned, entries, before, self.today())
            return await self.add(session, base, Wanted(entries=wanted))

        edition = await self._store.transact(work)
        self._releases.adopt(edition)
        return edition.version

    async def hold(self, session: AsyncSession) -> Edition | None:
        """The newest release; nobody publishes another before this transaction has ended."""
        await take(session, _SERIES, 0)
        return await self._newest(session)

    async def look(self, session: AsyncSession) -> Edition | None:
        """The newest release, which another process may have published; None before the first."""
        return await self._newest(session)

    async def add(self, session: AsyncSession, base: Edition | None, wanted: Wanted) -> Edition:
        """Publish in a transaction that holds ``base``; to be adopted once that is over.

        What changes nothing is no release: the answer is ``base`` then.

        Raises:
            CatalogueError: it is too large.
            DraftConflictError: it changes what is planned for a later day.
        """
        before = base.entries if base else {}
        entries = await asyncio.to_thread(
            next_entries,  # a second for a large catalogue: others are served meanwhile
            before,
            wanted.entries,
            today=self.today(),
            start=wanted.start,
            clears=wanted.clears,
        )
        if base is not None and same_content(before, entries):
            return base
        floor = await take(session, _SERIES, 0)
        number = max(floor, base.version + 1 if base else 1)
        return await self._sign(session, number, {**entries, **(wanted.made or {})})

    def adopt(self, edition: Edition) -> None:
        """Offer a release to everybody whose transaction has ended."""
        self._releases.adopt(edition)

    async def newest(self) -> Edition | None:
        """The newest release that this process knows; None before the first."""
        return await self._releases.current(Kind.RELEASE)

    async def counting(self) -> Edition | None:
        """The newest release with the entries that count today; None before the first."""
        newest = await self.newest()
        if newest is None:
            return None
        return replace(newest, entries=in_force(newest.entries, self.today().isoformat()))

    async def numbers(self, session: AsyncSession) -> Sequence[int]:
        """The numbers of all releases, newest first."""
        return await self._releases.numbers(session, Kind.RELEASE)

    async def release(self, session: AsyncSession, number: int) -> Edition | None:
        """One of them."""
        return await self._releases.version(session, Kind.RELEASE, number)

    def national(self) -> Calendar:
        """The working days of the country, as far as they are known."""
        return national_calendar(self._date().year)

    def today(self) -> date:
        """The date from which on plans count; the first of all days while it is not believed."""
        return self._date() if self._believed() else date.min

    def _date(self) -> date:
        return local_time(self._clock.now_ms()).date()

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

    def _read(self, file: bytes, day: date) -> tuple[dict[str, bytes], Sequence[Finding]]:
        """The file checked and looked over; lint passes over items that can't be read rightly."""
        with _without_collecting():
            checked = check_catalogue(file, national_calendar(day.year))
            wrong = {one.item for one in checked.errors}
            right = {key: entry for key, entry in checked.entries.items() if key not in wrong}
            found = [*checked.findings, *self._rules.check(right, day)]
            if errors := [one for one in found if one.level is Level.ERROR]:
                raise refusal(errors, checked.more)
            return with_readings(checked.entries), found

    async def _sign(self, session: AsyncSession, number: int, entries: Entries) -> Edition:
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


@contextmanager
def _without_collecting() -> Iterator[None]:
    """No search for cycles of objects: a file makes a million objects and no cycles.

    The search took a fifth of the time in which 2,000 items are read.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _require_most_kept(before: Entries, wanted: Entries) -> None:
    """Refuse to withdraw more than half of what is offered, where that is more than a handful."""
    offered = {code for code in before if is_item(code)}
    gone = offered - wanted.keys()
    if len(offered) >= _MANY and 2 * len(gone) > len(offered):
        raise CatalogueShrinksError(f"现有 {len(offered)} 个事项，文件里没有其中 {len(gone)} 个")
