"""Pages of what was handed in: looked at again, and brought along into what follows it.

They stay here while the county may return the application. A page that is brought along is sealed
anew, under a key of its own: an envelope names no blob of another.

Source: docs/operations.md, "After handing in"; docs/security.md, "Papers at the desk".
"""

import asyncio
from dataclasses import dataclass, replace

from protocol.errors.scans import ScanUnknownError
from protocol.ids import ApplicationId
from station_agent.papers.pages import PageShown
from station_agent.papers.service import PaperService, about_of, context_of, shown
from station_agent.store.desk import papers
from station_agent.store.desk.papers import PaperRow
from station_agent.store.vault import OpenVault

_KEY_BYTES, _NAME_BYTES, _PAGE_BYTES = 32, 8, 16


@dataclass(frozen=True, slots=True)
class EarlierPages:
    """For the pages of one station."""

    papers: PaperService

    async def pages(self, opened: OpenVault, application: ApplicationId) -> list[PageShown]:
        """What is still here of one that was handed in."""
        return await self.papers.pages(opened, application)

    async def content(
        self, opened: OpenVault, application: ApplicationId, page: str
    ) -> tuple[PageShown, bytes]:
        """A page itself. Raises ScanUnknownError: it is here no more."""
        row = await self.papers.database.read(lambda tx: papers.page_of(tx, application, page))
        if row is None or not self._is_here(row):
            raise ScanUnknownError
        about = about_of(opened, row)
        data = await asyncio.to_thread(lambda: b"".join(self.papers.plain(row, about)))
        return shown(row, about), data

    async def bring(self, opened: OpenVault, earlier: ApplicationId, draft: ApplicationId) -> int:
        """Bring the pages that are not there yet along into a draft; how many.

        Each is on disk when the next one begins: cut off in between, it can be done again.

        Raises:
            ScanCountError, DiskFullError: as :meth:`PaperService.add`; what was brought stays.
            ScanUnknownError: there is no such draft.
        """
        return await self.papers.shield.run(self._bring(opened, earlier, draft))

    async def _bring(self, opened: OpenVault, earlier: ApplicationId, draft: ApplicationId) -> int:
        rows = await self.papers.database.read(lambda tx: papers.of_application(tx, earlier))
        there = await self.papers.database.read(lambda tx: papers.of_application(tx, draft))
        known = {(one.material, one.source) for one in there}
        left = [
            row for row in rows if (row.material, row.source) not in known and self._is_here(row)
        ]
        for row in left:
            await self._bring_one(opened, row, draft)
        return len(left)

    async def _bring_one(self, opened: OpenVault, row: PaperRow, draft: ApplicationId) -> None:
        service, about = self.papers, about_of(opened, row)
        service.disk.require_room(about.plain_size, attachments=True)
        key, page = service.randomness.token(_KEY_BYTES), service.randomness.token(_PAGE_BYTES)
        sealed = await asyncio.to_thread(
            service.blobs.seal_pieces,
            service.plain(row, about),
            key,
            draft=service.randomness.token(_NAME_BYTES).hex(),
        )
        anew = replace(about, key=key, size=sealed.size)
        kept = PaperRow(
            page=page.hex(),
            application=draft,
            material=row.material,
            blob=sealed.blob,
            source=row.source,
            about=service.vault.put_in(context_of(page.hex()), anew),
        )
        try:
            await service.database.write(lambda tx: service.keep(tx, kept))
        except BaseException:
            await asyncio.to_thread(service.blobs.discard, sealed.ref)
            raise
        service.blobs.claimed(sealed.ref)

    def _is_here(self, row: PaperRow) -> bool:
        return self.papers.blobs.has(self.papers.blobs.own(row.blob))
