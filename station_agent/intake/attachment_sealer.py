"""Papers become blobs: encrypted file by file, and handed over or removed afterwards."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from protocol.errors.scans import ScanUnknownError
from protocol.ports import Randomness
from station_agent.intake.attaching import AttachedFile, Paper
from station_agent.papers.pages import SealedPage
from station_agent.store.blobs import BlobFiles, SealedFile
from station_agent.store.disk import Disk

Progress = Callable[[int, int], object]  # bytes done, bytes in all
_KEY_BYTES, _NAME_BYTES = 32, 8


class AttachmentSealer:
    """Each file gets a key of its own; a page that lies here sealed keeps its own."""

    def __init__(self, blobs: BlobFiles, disk: Disk, randomness: Randomness) -> None:
        self._blobs, self._disk, self._randomness = blobs, disk, randomness

    def require_room(self, papers: Sequence[Paper]) -> None:
        """Raise DiskFullError unless the disk has room for an application with these."""
        new = [paper.size for paper in papers if isinstance(paper.source, Path)]
        self._disk.require_room(sum(new), attachments=bool(new))

    async def seal(
        self, papers: Sequence[Paper], files: list[AttachedFile], progress: Progress
    ) -> None:
        """Encrypt every paper; ``files`` learns each at once, so that it can be removed."""
        loop = asyncio.get_running_loop()
        done, total = 0, sum(paper.size for paper in papers)

        def tell(size: int) -> None:
            nonlocal done
            done += size
            loop.call_soon_threadsafe(progress, done, total)

        for paper in papers:
            if isinstance(paper.source, SealedPage):
                files.append(self._held(paper, paper.source))
                tell(paper.size)
                continue
            key = self._randomness.token(_KEY_BYTES)
            sealed = await asyncio.to_thread(
                self._blobs.seal,
                paper.source,
                key,
                min(paper.material.max_bytes, paper.size),
                draft=self._randomness.token(_NAME_BYTES).hex(),
                tell=tell,
            )
            files.append(AttachedFile(paper=paper, sealed=sealed, key=key))

    def _held(self, paper: Paper, page: SealedPage) -> AttachedFile:
        """A page as it lies here; the sweep leaves it alone until it is released."""
        ref = self._blobs.own(page.blob)
        if not self._blobs.hold(ref):
            self._blobs.claimed(ref)
            raise ScanUnknownError
        sealed = SealedFile(ref=ref, size=page.size, plain_size=page.plain_size, sha256=page.sha256)
        return AttachedFile(paper=paper, sealed=sealed, key=page.key)

    async def release(self, files: Sequence[AttachedFile], *, stored: bool) -> None:
        """Hand the blobs over to the database's care, or remove them; a page stays as it lay."""
        for file in files:
            if stored or isinstance(file.paper.source, SealedPage):
                self._blobs.claimed(file.sealed.ref)
            else:
                await asyncio.to_thread(self._blobs.discard, file.sealed.ref)
