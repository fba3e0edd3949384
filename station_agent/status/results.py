"""The result of one application, and its files.

Source: docs/operations.md, "yizhan-station result".
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import ApplicationUnknownError, DigestError
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.json_values import ABSENT, Absent
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.disk.papers import PaperFolder
from station_agent.clerks.unlocking import Opened, UnlockingService
from station_agent.inbox.results import StoredFile
from station_agent.intake.names import names_of
from station_agent.status.calls import RESULT, ApplicationShown, AttachmentShown, ShowResult
from station_agent.status.shown import (
    application_shown,
    attachment_shown,
    files_of,
    result_shown,
    stored_result,
)
from station_agent.store import applications
from station_agent.store.applications import ApplicationView
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database
from station_agent.store.desk.clerks import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultService:
    """Answers ``result``."""

    database: Database
    unlocking: UnlockingService
    blobs: BlobFiles
    county: Callable[[], NodeId]

    async def result(self, _: Actor, wanted: ShowResult, __: Report = silent) -> ApplicationShown:
        """The result of one application; its attachments are written into the folder.

        An attachment that has not come yet has no file.

        Raises:
            UsageError: neither an id nor a case number.
            ApplicationUnknownError: no such application here.
            LockedError, PasswordWrongError, ClerkWaitError: the results stay locked.
            PaperFullError, PaperError: the folder does not take them all.
        """
        view = await self._found(wanted.application)
        return await self._told(view, await self.unlocking.unlock(wanted), wanted.folder)

    async def told(self, opened: Opened, application: str) -> ApplicationShown:
        """The same, with the item's name, for whoever opened the vault; no file is written.

        Raises:
            UsageError, ApplicationUnknownError: as :meth:`result`.
        """
        view = await self._found(application)
        names = await self.database.read(names_of)
        return await self._told(view, opened, None, name=names.get(view.item))

    async def _found(self, name: str) -> ApplicationView:
        view = await self.database.read(lambda tx: applications.find(tx, name))
        if view is None:
            raise ApplicationUnknownError(name[:50])
        return view

    async def _told(
        self,
        view: ApplicationView,
        opened: Opened,
        folder: Path | None,
        *,
        name: str | Absent | None = ABSENT,
    ) -> ApplicationShown:
        await self.unlocking.note(opened, Purpose.RESULT, view.application)
        vault = opened.vault
        if view.result is None:
            return application_shown(view, vault, None, name=name)
        stored = stored_result(view, vault)
        files = files_of(stored)
        case = getattr(stored, "case", "") or view.application
        written = await self._attachments(files, case, folder) if files else []
        return application_shown(view, vault, result_shown(stored, written), name=name)

    async def _attachments(
        self, files: Collection[StoredFile], case: str, folder: Path | None
    ) -> list[AttachmentShown]:
        ids = [file.blob for file in files]
        here = await self.database.read(lambda tx: applications.arriving(tx, ids, self.county()))
        if folder is None:
            return [attachment_shown(file, None) for file in files]
        return await asyncio.to_thread(self._write_all, files, here, case, folder)

    def _write_all(
        self, files: Iterable[StoredFile], here: Collection[BlobRef], case: str, folder: Path
    ) -> list[AttachmentShown]:
        papers, shown = PaperFolder(folder), []
        for file in files:
            path = self._write(file, case, papers) if self._ref(file) in here else None
            shown.append(attachment_shown(file, str(path) if path else None))
        return shown

    def _ref(self, file: StoredFile) -> BlobRef:
        return BlobRef(self.county(), BlobId(file.blob))

    def _write(self, file: StoredFile, case: str, papers: PaperFolder) -> Path:
        def check(digest: bytes) -> None:
            if digest != file.sha256:
                raise DigestError(file.name)

        pieces = self.blobs.open(self._ref(file), file.key)
        return papers.write(f"{case}-{file.name}", pieces, check=check).path

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(RESULT, self.result))
