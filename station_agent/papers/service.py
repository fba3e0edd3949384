"""Pages of papers: taken in, turned, put in order, handed in; sealed from the first moment on.

A page is looked at in a process of its own, sealed under a key of its own, and its key for the
vault; what lies on the disk is what the county will get. A file goes by the sweep of housekeeping
once no row names it: so nobody can take away what is being handed in.

Source: docs/security.md, "Papers at the desk".
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from dataclasses import dataclass
from enum import Enum

from protocol.errors.scans import ScanCountError, ScanUnknownError
from protocol.ids import ApplicationId
from protocol.ports import Clock, Randomness
from station_agent.papers.limits import MAX_PAGES
from station_agent.papers.pages import NewPage, PageAbout, PageShown, SealedPage
from station_agent.papers.process import PageProcesses
from station_agent.papers.scanner import ScannerFolder
from station_agent.papers.wanted import PDF, Crop, Wanted
from station_agent.store import station
from station_agent.store.blobs import BlobFiles, SealedFile
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import drafts, filings, papers
from station_agent.store.desk.papers import PaperRow
from station_agent.store.disk import Disk
from station_agent.store.shield import Shield
from station_agent.store.vault import OpenVault, Vault

_KEY_BYTES, _NAME_BYTES, _PAGE_BYTES = 32, 8, 16


class Step(Enum):
    """Where a page goes among those of its material."""

    UP = -1
    DOWN = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperService:
    """The pages of what is being filled in at one station."""

    database: Database
    blobs: BlobFiles
    disk: Disk
    vault: Vault
    processes: PageProcesses
    scanner: ScannerFolder
    clock: Clock
    randomness: Randomness
    shield: Shield

    async def add(self, wanted: NewPage, source: AsyncIterable[bytes]) -> str:
        """Take in one page; its id. It is on disk when this returns.

        The same bytes again are the same page.

        Raises:
            ScanError: it can't be taken in; nothing was stored.
            DiskFullError: no room; nothing was stored.
        """
        return await self.shield.run(self._add(wanted, source))

    async def add_scan(self, wanted: NewPage, scan: str) -> str:
        """Take in a file of the scanner's folder; it goes from there once the page is on disk.

        Raises as :meth:`ScannerFolder.take`.
        """
        return await self.shield.run(
            self.scanner.take(scan, lambda source: self._add(wanted, source))
        )

    async def turn(
        self,
        opened: OpenVault,
        application: ApplicationId,
        page: str,
        *,
        degrees: int = 0,
        crop: Crop | None = None,
    ) -> None:
        """Turn a picture clockwise, then keep a part of it; a PDF stays as it is.

        Raises:
            ScanUnknownError: there is no such page.
        """
        await self.shield.run(self._turn(opened, application, page, degrees, crop))

    async def pages(self, opened: OpenVault, application: ApplicationId) -> list[PageShown]:
        """What there is, by material and in order."""
        rows = await self.database.read(lambda tx: papers.of_application(tx, application))
        return [shown(row, about_of(opened, row)) for row in rows]

    async def content(
        self, opened: OpenVault, application: ApplicationId, page: str
    ) -> tuple[PageShown, bytes]:
        """A page itself.

        Raises:
            ScanUnknownError: there is no such page.
        """
        row, about = await self._known(opened, application, page)
        data = await asyncio.to_thread(lambda: b"".join(self.plain(row, about)))
        return shown(row, about), data

    async def say_readable(
        self, application: ApplicationId, page: str, *, readable: bool = True
    ) -> None:
        """A person has looked at it. Raises ScanUnknownError."""

        def work(tx: Transaction) -> None:
            _require(tx, application, page)
            papers.set_readable(tx, page, readable=readable)

        await self.database.write(work)

    async def move(self, application: ApplicationId, page: str, step: Step) -> None:
        """Change places with the page before or behind it. Raises ScanUnknownError."""

        def work(tx: Transaction) -> None:
            row = _require(tx, application, page)
            every = papers.of_application(tx, application)
            order = [one.page for one in every if one.material == row.material]
            at = order.index(page)
            to = at + step.value
            if 0 <= to < len(order):
                order[at], order[to] = order[to], order[at]
                papers.put_in_order(tx, order)

        await self.database.write(work)

    async def remove(self, application: ApplicationId, page: str) -> None:
        """Take a page away: its key goes at once, its file with the next sweep.

        Raises:
            ScanUnknownError: there is no such page.
        """

        def work(tx: Transaction) -> None:
            _require(tx, application, page)
            papers.remove(tx, [page])

        await self.database.write(work)

    async def sealed(self, opened: OpenVault, application: ApplicationId) -> list[SealedPage]:
        """Every page as it is handed in."""
        rows = await self.database.read(lambda tx: papers.of_application(tx, application))
        return [_sealed(row, about_of(opened, row)) for row in rows]

    async def bytes_per_s(self) -> float | None:
        """What the line of this station carries; None: not measured yet."""
        return (await self.database.read(station.read_state)).line.bytes_per_s

    async def close(self) -> None:
        """Return once every page that is being taken in is stored or refused."""
        await self.shield.idle()

    async def _add(self, wanted: NewPage, source: AsyncIterable[bytes]) -> str:
        await self.database.read(lambda tx: _require_room(tx, wanted.application))
        self.disk.require_room(wanted.wanted.max_bytes, attachments=True)
        page = self.randomness.token(_PAGE_BYTES).hex()
        sealed, about, digest = await self._make(wanted.wanted, source)
        row = PaperRow(
            page=page,
            application=wanted.application,
            material=wanted.material,
            blob=sealed.blob,
            source=digest,
            about=self.vault.put_in(context_of(page), about),
        )
        try:
            kept = await self.database.write(lambda tx: self.keep(tx, row))
        except BaseException:
            await asyncio.to_thread(self.blobs.discard, sealed.ref)
            raise
        self.blobs.claimed(sealed.ref)  # the sweep takes it if it was there before
        return kept

    def keep(self, tx: Transaction, row: PaperRow) -> str:
        """Put down one page; the id under which it is there. Raises ScanError."""
        known = papers.same(tx, row.application, row.material, row.source)
        if known is not None:
            return known.page
        _require_room(tx, row.application)
        papers.add(tx, row, self.clock.now_ms())
        return row.page

    async def _turn(
        self,
        opened: OpenVault,
        application: ApplicationId,
        page: str,
        degrees: int,
        crop: Crop | None,
    ) -> None:
        row, before = await self._known(opened, application, page)
        if before.kind == PDF:
            return
        source = _in_turn(self.plain(row, before))
        sealed, about, _ = await self._make(before.wanted(degrees, crop), source)
        kept = self.vault.put_in(context_of(page), about)

        def work(tx: Transaction) -> None:
            _require(tx, application, page)
            papers.replace(tx, page, sealed.blob, kept)

        try:
            await self.database.write(work)
        except BaseException:
            await asyncio.to_thread(self.blobs.discard, sealed.ref)
            raise
        self.blobs.claimed(sealed.ref)

    async def _make(
        self, wanted: Wanted, source: AsyncIterable[bytes]
    ) -> tuple[SealedFile, PageAbout, bytes]:
        """A page looked at and sealed; the SHA-256 of what it was made of."""
        key = self.randomness.token(_KEY_BYTES)
        draft = self.randomness.token(_NAME_BYTES).hex()
        async with self.processes.look(wanted, source) as (process, prepared, digest):
            sealed = await asyncio.to_thread(
                self.blobs.seal_pieces, process.pieces(prepared.size), key, draft=draft
            )
        return sealed, PageAbout.of(sealed, key, prepared, wanted), digest

    async def _known(
        self, opened: OpenVault, application: ApplicationId, page: str
    ) -> tuple[PaperRow, PageAbout]:
        row = await self.database.read(lambda tx: _require(tx, application, page))
        return row, about_of(opened, row)

    def plain(self, row: PaperRow, about: PageAbout) -> Iterator[bytes]:
        """The bytes of a page; blocks."""
        return self.blobs.open(self.blobs.own(row.blob), about.key)


async def _in_turn(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """What blocks, read in a thread."""
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece


def context_of(page: str) -> str:
    """What is sealed of a page is bound to this."""
    return f"paper {page}"


def about_of(opened: OpenVault, row: PaperRow) -> PageAbout:
    """What is kept of a page. Raises DamagedError."""
    return opened.take_out(context_of(row.page), row.about, PageAbout)


def _require(tx: Transaction, application: ApplicationId, page: str) -> PaperRow:
    row = papers.page_of(tx, application, page)
    if row is None or not _is_written(tx, application):
        raise ScanUnknownError
    return row


def _is_written(tx: Transaction, application: ApplicationId) -> bool:
    """Whether somebody fills it in, or writes what follows one."""
    return drafts.get(tx, application) is not None or filings.get(tx, application) is not None


def _require_room(tx: Transaction, application: ApplicationId) -> None:
    if not _is_written(tx, application):
        raise ScanUnknownError
    if len(papers.of_application(tx, application)) >= MAX_PAGES:
        raise ScanCountError(str(MAX_PAGES))


def shown(row: PaperRow, about: PageAbout) -> PageShown:
    """A page as a list shows it."""
    return PageShown(
        page=row.page,
        material=row.material,
        kind=about.kind,
        size=about.size,
        width=about.width,
        height=about.height,
        pages=about.pages,
        readable=row.readable,
    )


def _sealed(row: PaperRow, about: PageAbout) -> SealedPage:
    return SealedPage(
        material=row.material,
        blob=row.blob,
        key=about.key,
        size=about.size,
        plain_size=about.plain_size,
        sha256=about.sha256,
        kind=about.kind,
        readable=row.readable,
    )
