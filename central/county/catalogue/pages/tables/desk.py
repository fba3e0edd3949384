"""What these pages do in the background: make a download, check what was sent, propose it.

The services are those of ``catalogue export`` and ``catalogue propose``.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from central.county.catalogue.drafts.calls import Export, Proposed
from central.county.catalogue.drafts.intents import Preview
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.catalogue.exchange.packing import Form, packed
from central.county.catalogue.exchange.sent import Sent, file_of_sent
from central.county.catalogue.pages.tables.kept import Kept
from central.county.catalogue.pages.tables.refused import entries_of_refused
from protocol.catalogue.findings import Finding, findings_of
from protocol.errors import CatalogueError, TableError
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.done import Done
from runtime.control.owner import Report

_MADE, _CHECKED = "made", "checked"  # kinds of what is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A download."""

    form: Form
    national: bool  # under the names of the national exchange
    release: int  # 0: the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file to be saved."""

    name: str
    form: Form
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A file waits to be fetched."""

    number: str
    name: str
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of looking at what was sent."""

    number: str = ""  # by which it is confirmed; empty: there are faults
    faults: Sequence[Finding] = ()
    more: int = 0  # faults that are not listed
    refused: Mapping[str, bytes] = field(default_factory=dict)  # entries that the faults name
    preview: Preview | None = None  # what it would come to as a draft


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDesk:
    """Asks the services that the commands ask."""

    drafts: DraftOperations
    kept: Kept

    async def export(self, actor: Actor, wanted: Wanted, report: Report) -> Ready:
        """One release as a file.

        Raises:
            LoginForbiddenError, CatalogueMissingError, UsageError: as DraftOperations.export.
            TableTooLargeError: a cell is longer than Excel holds.
            BusyError: too much waits to be fetched.
        """
        report(Done(0, 2))
        found = await self.drafts.export(actor, Export(release=wanted.release))
        report(Done(1, 2))
        data = await asyncio.to_thread(
            packed, found.catalogue, wanted.form, national=wanted.national
        )
        kind = "national" if wanted.national else "catalogue"
        name = f"{kind}-{found.release}.{wanted.form.value}"
        made = Made(name=name, form=wanted.form, data=data)
        number = self.kept.put(actor.name, _MADE, made, size=len(data))
        return Ready(number=number, name=name, size=len(data))

    def made(self, actor: Actor, number: str) -> Made:
        """A file that waits for whoever asked for it. Raises PageMissingError."""
        made: Made = self.kept.of(actor.name, _MADE, number)
        return made

    async def check(
        self,
        actor: Actor,
        files: Sequence[Sent],
        report: Report = silent,
    ) -> Checked:
        """Every fault of what was sent, or what it would change; no draft is made of it.

        Raises:
            LoginForbiddenError, UsageError: who asks may not, or these are no files.
            TableError: it is no table of ours, or too large.
            BusyError: too much waits to be confirmed.
        """
        report(Done(0, 2))
        file = b""
        try:
            file = await asyncio.to_thread(file_of_sent, files)
            report(Done(1, 2))
            preview = await self.drafts.check_text(actor, file)
        except TableError:
            raise
        except CatalogueError as exc:
            faults = findings_of(exc)
            refused = await asyncio.to_thread(entries_of_refused, file, faults)
            return Checked(faults=faults, more=exc.more, refused=refused)
        kept = (file, preview.proposed.base)
        number = self.kept.put(actor.name, _CHECKED, kept, size=len(file))
        return Checked(number=number, preview=preview)

    async def propose(
        self, actor: Actor, number: str, draft: int, report: Report = silent, *, digest: str = ""
    ) -> Proposed:
        """Make a draft of what was looked at, on the release that it was compared with.

        Args:
            draft: whose next content it is; 0: a new one.
            digest: of the draft when it was chosen; empty: only over content of the author's own.

        Raises:
            PageMissingError: nothing waits under this number.
            DraftEditedError: somebody has saved the draft since it was chosen.
            DraftOutdatedError: there is another release meanwhile.
            LoginForbiddenError, DraftUnknownError, DraftStateError: as Drafts.propose.
        """
        file, base = self.kept.of(actor.name, _CHECKED, number)
        report(Done(0, 1))
        made = await self.drafts.propose_text(actor, file, draft, base=base, digest=digest)
        self.kept.drop(actor.name, _CHECKED)
        return made
