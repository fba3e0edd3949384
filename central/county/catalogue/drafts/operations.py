"""Drafts and releases for whoever may: rights, and the record of each step."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date
from typing import Any

from central.accounts.roles import Right
from central.county.catalogue.drafts.calls import (
    APPROVE,
    DIFF,
    DRAFT,
    DRAFTS,
    EXPORT,
    HISTORY,
    PROPOSE,
    PROPOSE_OLD,
    PROPOSE_WITHOUT,
    PUBLISH_DRAFT,
    REFUSE,
    SHOW,
    WITHDRAW,
    Approve,
    Between,
    Difference,
    Draft,
    DraftShown,
    Export,
    Exported,
    Listed,
    One,
    Past,
    PastRelease,
    Propose,
    Proposed,
    ProposeOld,
    ProposeWithout,
    PublishDraft,
    Published,
    Refuse,
    ReleaseShown,
    UnderWay,
    WhichRelease,
    Withdraw,
)
from central.county.catalogue.drafts.intents import Intent, Make, Preview
from central.county.catalogue.drafts.service import Drafts
from central.county.catalogue.exchange.tables import read_catalogue_file
from central.county.catalogue.releases import Releases, as_it_was, without
from central.county.catalogue.rules import Entries
from protocol.catalogue.calendars.dates import read_date
from protocol.catalogue.changes.release import goal_of
from protocol.catalogue.findings import Finding
from protocol.errors import CatalogueMissingError, UsageError
from protocol.errors.publishing import DraftOutdatedError
from protocol.trust.edition import Edition
from runtime.actor import Actor, Way
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

MAX_LISTED = 1000
Made = tuple[Entries, Sequence[Finding]]


class DraftOperations:
    """Drafts and releases of one county."""

    def __init__(self, drafts: Drafts, releases: Releases, record: Record) -> None:
        self._drafts, self._releases, self._record = drafts, releases, record
        self._counting = drafts.counting
        self._catalogue = releases.catalogue

    @property
    def needs_second_person(self) -> bool:
        """Whether nobody may publish a file alone, by the policy."""
        return self._catalogue.needs_second_person

    async def propose(self, actor: Actor, wanted: Propose, _: Report = silent) -> Proposed:
        """Make a file a draft.

        Raises LoginForbiddenError, FileUnreadableError, and as Drafts.propose.
        """
        async with self._action(actor, PROPOSE.name, wanted.draft, wanted.author):
            actor.require(Right.AUTHOR)
            data = await asyncio.to_thread(read_catalogue_file, wanted.file)
            intent = Intent(
                make=self._of_file(data),
                author=wanted.author,
                draft=wanted.draft,
                replaces=wanted.digest,
                base=wanted.base,
            )
            return await self._propose(actor, intent)

    async def check_text(self, actor: Actor, data: bytes) -> Preview:
        """What a file's content would come to as a draft; nothing is kept.

        Raises LoginForbiddenError, and as Drafts.propose.
        """
        actor.require(Right.AUTHOR)
        intent = Intent(make=self._of_file(data), author=actor.name)
        preview = await self._drafts.preview(intent)
        return replace(preview, proposed=await self._counted(preview.proposed))

    async def propose_text(
        self,
        actor: Actor,
        data: bytes,
        draft: int = 0,
        *,
        base: int | None = None,
        digest: str = "",
    ) -> Proposed:
        """The same for a page, which has the file's content.

        Args:
            base: only on top of this release, on which it was looked at.
            digest: of the draft as its author saw it; empty: only over content of the author's own.

        Raises LoginForbiddenError, and as Drafts.propose.
        """
        async with self._action(actor, PROPOSE.name, draft, actor.name):
            actor.require(Right.AUTHOR)
            make = self._of_file(data)
            intent = Intent(make=make, author="", draft=draft, base=base, replaces=digest)
            return await self._propose(actor, intent)

    async def propose_change(
        self, actor: Actor, change: Callable[[dict[str, Any]], None], draft: int = 0
    ) -> Proposed:
        """Make a draft of the newest release, or of a draft, changed as a file of it is.

        Args:
            change: changes the file in place; called again if another release came between.
            draft: whose next content it is; 0: a new draft.

        Raises LoginForbiddenError, DraftUnknownError, DraftOutdatedError, and as Drafts.propose;
        DraftEditedError if somebody saves the draft meanwhile.
        """
        async with self._action(actor, PROPOSE.name, draft, actor.name):
            actor.require(Right.AUTHOR)
            replaces = (await self._drafts.find(draft)).digest if draft else ""

            async def make(base: Edition | None) -> Made:
                wanted: Entries = goal_of(base.entries) if base else {}
                if draft:
                    wanted = await self._newest_content(draft, base)
                file = await asyncio.to_thread(self._releases.file_of, wanted)
                change(file)
                return await self._catalogue.read(json.dumps(file, ensure_ascii=False).encode())

            intent = Intent(make=make, author="", draft=draft, replaces=replaces)
            return await self._propose(actor, intent)

    async def propose_without(
        self, actor: Actor, wanted: ProposeWithout, _: Report = silent
    ) -> Proposed:
        """Make a draft of the newest release without some items.

        Raises LoginForbiddenError, ItemUnknownError, CatalogueMissingError, and as Drafts.propose.
        """
        detail = {"items": ",".join(wanted.items)[:500], "author": wanted.author or actor.name}
        async with self._record.action(actor, PROPOSE_WITHOUT.name, detail=detail):
            actor.require(Right.AUTHOR)

            async def make(base: Edition | None) -> Made:
                entries = without(base, wanted.items)
                return entries, await self._catalogue.findings(entries)

            return await self._propose(actor, Intent(make=make, author=wanted.author))

    async def propose_old(self, actor: Actor, wanted: ProposeOld, _: Report = silent) -> Proposed:
        """Make a draft with the content of an older release.

        Raises LoginForbiddenError, UsageError, CatalogueMissingError, and as Drafts.propose.
        """
        detail = {"release": wanted.release, "author": wanted.author or actor.name}
        async with self._record.action(actor, PROPOSE_OLD.name, detail=detail):
            actor.require(Right.AUTHOR)
            old = await self._releases.find(wanted.release)

            async def make(base: Edition | None) -> Made:
                if base is None:
                    raise CatalogueMissingError
                entries = as_it_was(old, base, self._catalogue.today().isoformat())
                return entries, await self._catalogue.findings(entries)

            intent = Intent(make=make, author=wanted.author, clears=True)
            return await self._propose(actor, intent)

    async def approve(self, actor: Actor, wanted: Approve, _: Report = silent) -> Draft:
        """Approve a draft as it is. Raises LoginForbiddenError, and as Drafts.approve."""
        person = _person(actor, wanted.approver)
        draft = await self._drafts.find(wanted.draft)
        detail = {"author": _all(draft), "approver": person, "digest": draft.digest}
        async with self._record.action(
            actor, APPROVE.name, subject=str(wanted.draft), detail=detail
        ):
            actor.require(Right.REVIEW)
            return await self._drafts.approve(wanted.draft, person, wanted.digest)

    async def refuse(self, actor: Actor, wanted: Refuse, _: Report = silent) -> Draft:
        """Send a draft back. Raises LoginForbiddenError, and as Drafts.refuse."""
        person = _person(actor, wanted.person)
        async with self._action(actor, REFUSE.name, wanted.draft, person):
            actor.require(Right.REVIEW)
            return await self._drafts.refuse(wanted.draft, person, wanted.reason)

    async def withdraw(self, actor: Actor, wanted: Withdraw, _: Report = silent) -> Draft:
        """Give a draft up. Raises LoginForbiddenError, and as Drafts.withdraw."""
        person = _person(actor, wanted.person)
        async with self._action(actor, WITHDRAW.name, wanted.draft, person):
            actor.require(Right.AUTHOR)
            return await self._drafts.withdraw(wanted.draft, person, wanted.reason)

    async def publish(self, actor: Actor, wanted: PublishDraft, _: Report = silent) -> Published:
        """Publish what was approved. Raises LoginForbiddenError, and as Drafts.publish."""
        draft = await self._drafts.find(wanted.draft)
        detail = {
            "author": _all(draft),
            "approver": draft.approver,
            "digest": draft.digest,
            "from": wanted.start,
        }
        async with self._record.action(
            actor, PUBLISH_DRAFT.name, subject=str(wanted.draft), detail=detail
        ):
            actor.require(Right.PUBLISH)
            start = _day(wanted.start)
            person = _person(actor, "")
            return Published(release=await self._drafts.publish(wanted.draft, start, person))

    async def draft(self, actor: Actor, wanted: One, _: Report = silent) -> DraftShown:
        """A draft with all that a reviewer has to see. Raises DraftUnknownError."""
        actor.require(Right.LOOK)
        shown = await self._drafts.show(wanted.draft, wanted.language)
        return replace(shown, under_way=await self._counting.of_removed(shown.changes))

    async def under_way(self, actor: Actor, names: Mapping[str, str]) -> Sequence[UnderWay]:
        """How many applications for each item are at the county without a decision.

        Args:
            names: of the items, by their codes.
        """
        actor.require(Right.LOOK)
        return await self._counting.of(names)

    async def entries(self, actor: Actor, release: int) -> Entries:
        """The entries of a release; 0: the newest. Raises as Releases.find."""
        actor.require(Right.LOOK)
        return (await self._releases.find(release)).entries

    async def find(self, actor: Actor, draft: int) -> Draft:
        """A draft in short, without what was found in it. Raises DraftUnknownError."""
        actor.require(Right.LOOK)
        return await self._drafts.find(draft)

    async def content(self, actor: Actor, draft: int) -> tuple[Entries, Entries]:
        """The entries that a draft was made from, and its own. Raises DraftUnknownError."""
        actor.require(Right.LOOK)
        return await self._drafts.content(draft)

    async def drafts(self, actor: Actor, wanted: Listed, _: Report = silent) -> list[Draft]:
        """Drafts, newest first."""
        actor.require(Right.LOOK)
        if not 0 < wanted.limit <= MAX_LISTED:
            raise UsageError(f"--limit {wanted.limit}：1 到 {MAX_LISTED}")
        return await self._drafts.newest(every=wanted.all, limit=wanted.limit)

    async def show(self, actor: Actor, wanted: WhichRelease, _: Report = silent) -> ReleaseShown:
        """A release in short. Raises as Releases.show."""
        actor.require(Right.LOOK)
        return await self._releases.show(wanted)

    async def diff(self, actor: Actor, wanted: Between, _: Report = silent) -> Difference:
        """What is different between two releases. Raises as Releases.diff."""
        actor.require(Right.LOOK)
        return await self._releases.diff(wanted)

    async def history(self, actor: Actor, wanted: Past, _: Report = silent) -> list[PastRelease]:
        """Releases, newest first. Raises as Releases.history."""
        actor.require(Right.LOOK)
        return await self._releases.history(wanted)

    async def export(self, actor: Actor, wanted: Export, _: Report = silent) -> Exported:
        """The catalogue as a file. Raises as Releases.export."""
        actor.require(Right.LOOK)
        return await self._releases.export(wanted.release)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(PROPOSE, self.propose),
            Handler(PROPOSE_WITHOUT, self.propose_without),
            Handler(PROPOSE_OLD, self.propose_old),
            Handler(APPROVE, self.approve),
            Handler(REFUSE, self.refuse),
            Handler(WITHDRAW, self.withdraw),
            Handler(PUBLISH_DRAFT, self.publish),
            Handler(DRAFT, self.draft),
            Handler(DRAFTS, self.drafts),
            Handler(SHOW, self.show),
            Handler(DIFF, self.diff),
            Handler(HISTORY, self.history),
            Handler(EXPORT, self.export),
        )

    async def _propose(self, actor: Actor, intent: Intent) -> Proposed:
        intent = replace(intent, author=_person(actor, intent.author))
        proposed = await self._drafts.propose(intent)
        detail = {"author": intent.author, "digest": proposed.digest, "base": proposed.base}
        await self._record.note(actor, DRAFT.name, subject=str(proposed.draft), detail=detail)
        return await self._counted(proposed)

    async def _counted(self, proposed: Proposed) -> Proposed:
        """With the applications that are under way for what it takes out."""
        under_way = await self._counting.of_removed(proposed.changes)
        return replace(proposed, under_way=under_way)

    async def _newest_content(self, draft: int, base: Edition | None) -> Entries:
        """A draft's entries; one of an older release would take back what came since."""
        made, newest = (await self._drafts.find(draft)).base, base.version if base else 0
        if made != newest:
            raise DraftOutdatedError(f"草稿 {draft} 依据第 {made} 版，现在是第 {newest} 版")
        return (await self._drafts.content(draft))[1]

    def _of_file(self, data: bytes) -> Make:
        async def make(_: Edition | None) -> Made:
            return await self._catalogue.read(data)

        return make

    def _action(
        self, actor: Actor, name: str, draft: int, person: str
    ) -> AbstractAsyncContextManager[None]:
        return self._record.action(
            actor, name, subject=str(draft or ""), detail={"person": person or actor.name}
        )


def _all(draft: Draft) -> str:
    """Everybody who had a hand in a draft."""
    return "、".join(draft.authors)


def _person(actor: Actor, named: str) -> str:
    """Who acts: on a page whoever is logged in, whatever a request names.

    Raises:
        UsageError: a command names nobody.
    """
    return actor.name if actor.way is Way.PAGE else named


def _day(text: str) -> date | None:
    """A day. Raises UsageError."""
    if not text:
        return None
    try:
        return read_date(text)
    except ValueError:
        raise UsageError(f"起用日期 {text[:20]!r}：应像 2027-01-01") from None
