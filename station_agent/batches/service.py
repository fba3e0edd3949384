"""Batches: a common part and a table of people, of which each row is an application of its own.

A row is a draft from its first letter on, under the id of the application that it becomes: so a
power cut loses nothing that was said to be saved, and a row is handed in once, however often
somebody begins again.

Source: docs/operations.md, "Market day".
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from protocol.catalogue.forms.parts import Cell
from protocol.errors import YizhanError
from protocol.errors.drafts import FillingHandedInError
from protocol.errors.market import BatchElsewhereError, BatchFullError, BatchUnknownError
from protocol.ids import ApplicationId
from protocol.ports import Clock, Randomness
from protocol.records.taken_in import SignedHow
from runtime.actor import Actor
from station_agent.batches.calls import BatchListed, SaveCommon, SaveRows
from station_agent.batches.columns import MAX_ROWS, columns_of, is_blank, read_paste
from station_agent.batches.content import BatchContent, context, plain_bytes, read_content
from station_agent.batches.rows import DRAFT, GONE, Row, item_of, open_row
from station_agent.batches.seen import TableSeen
from station_agent.clerks.unlocking import Opened
from station_agent.drafts.both import Before
from station_agent.drafts.calls import SayAtWindow
from station_agent.drafts.content import HeldItem
from station_agent.drafts.service import Draft, DraftService
from station_agent.drafts.signing import CHECK_PAGE, SIGNED
from station_agent.store import applications, numbers
from station_agent.store.applications import ApplicationView
from station_agent.store.db import Transaction
from station_agent.store.desk import batches, drafts
from station_agent.store.desk.batches import BatchRow, Count, Member
from station_agent.store.desk.clerks import Purpose

_ID_BYTES = 16
_NOTHING_SEEN = TableSeen(page="")
_UNREADABLE = BatchContent(
    item="",
    name="",
    held=HeldItem(release=0, since="", entry="", library={}),
    common={},
    clerks=(),
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch, opened."""

    batch: str
    content: BatchContent
    saved_ms: int
    rows: Sequence[Row]

    @property
    def columns(self) -> Sequence[Cell]:
        """What each row has for itself."""
        return columns_of(item_of(self.content.held).schema, self.content.common)

    @property
    def ready(self) -> Sequence[Row]:
        """What can be handed in as it is."""
        return [row for row in self.rows if row.is_whole]

    @property
    def unsigned(self) -> Sequence[Row]:
        """What can be handed in and is not signed on paper."""
        return [row for row in self.ready if not row.signed]

    @property
    def lacking(self) -> Sequence[Row]:
        """Rows for which there is something to do before they are handed in."""
        return [row for row in self.rows if row.lacks]

    @property
    def handed_in(self) -> Sequence[Row]:
        """What is an application by now."""
        return [row for row in self.rows if row.state not in (DRAFT, GONE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    members: Sequence[Member]
    attached: Mapping[ApplicationId, Sequence[str]]
    views: Mapping[ApplicationId, ApplicationView]
    numbers: Mapping[ApplicationId, str]
    names: Mapping[ApplicationId, str] = field(default_factory=dict)  # of who is handed in


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchService:
    """The batches of one station."""

    drafts: DraftService
    seal: Callable[[str, bytes], bytes]  # for the vault, under a context
    clock: Clock
    randomness: Randomness

    def new_id(self) -> str:
        """Of a batch, or of a row."""
        return self.randomness.token(_ID_BYTES).hex()

    async def listed(self, opened: Opened) -> Sequence[BatchListed]:
        """All of them, the newest first."""
        rows, counts = await self._read(lambda tx: (batches.every(tx), batches.counts(tx)))
        return [_listed(opened, row, counts.get(row.batch, Count())) for row in rows]

    async def find(self, opened: Opened, batch: str) -> Batch:
        """One of them with its rows, each checked.

        Raises:
            BatchUnknownError: there is none.
            FillingNewerError, DamagedError: it can't be read.
        """
        row, content = await self._content(opened, batch)
        kept = {one.application: one for one in await self.drafts.of_batch(opened, batch)}
        facts = await self._read(lambda tx: _facts(tx, batch))
        facts = replace(facts, names=await self.drafts.names_of_batch(opened, batch))
        await self.drafts.unlocking.note(opened, Purpose.DRAFTS)
        rows = await asyncio.to_thread(_rows, opened, facts, kept)
        return Batch(batch=batch, content=content, saved_ms=row.saved_ms, rows=rows)

    async def save_common(self, _: Actor, opened: Opened, wanted: SaveCommon) -> int:
        """Keep what all have in common, in each open row as well; since when it is on disk.

        A row in which somebody wrote something else keeps that.

        Raises:
            CatalogueMissingError, ItemUnknownError: a new one, and there is no such item.
            DiskFullError, StoreError: nothing was saved.
        """
        common = {name: text for name, text in wanted.texts.items() if text.strip()}
        row = await self._read(lambda tx: batches.get(tx, wanted.batch))
        before = read_content(opened.vault, row).common if row else {}
        own = await self._read(lambda tx: _open(batches.members(tx, wanted.batch)))
        return await self.drafts.save_each(
            opened,
            wanted.item,
            dict.fromkeys(own, _common_change(before, common)),
            lambda tx: self._keep_common(tx, opened, wanted, common),
        )

    async def save_rows(self, _: Actor, opened: Opened, wanted: SaveRows) -> int:
        """Keep what was typed into rows; since when it is on disk. A blank new row is none.

        Raises:
            BatchUnknownError, BatchFullError, FillingHandedInError: nothing was saved.
            BatchElsewhereError: another page has saved some rows since; the others are on disk.
        """
        _row, content = await self._content(opened, wanted.batch)
        members = await self._read(lambda tx: batches.members(tx, wanted.batch))
        known = {one.application for one in members}
        new = [
            own for own, texts in wanted.rows.items() if own not in known and not is_blank(texts)
        ]
        if any(one.handed_in and one.application in wanted.rows for one in members):
            raise FillingHandedInError(wanted.batch[:8])
        rows = {own: one for own, one in wanted.rows.items() if own in known or own in new}
        seen = wanted.seen or _NOTHING_SEEN
        return await self._save(opened, wanted.batch, content, rows, new, seen=seen)

    async def paste(self, _: Actor, opened: Opened, batch: str, text: str) -> int:
        """Add rows of a spreadsheet, all or none; how many.

        Raises:
            BatchUnknownError, BatchPasteError, BatchFullError: nothing was saved.
        """
        _row, content = await self._content(opened, batch)
        columns = columns_of(item_of(content.held).schema, content.common)
        rows = {ApplicationId(self.new_id()): texts for texts in read_paste(text, columns)}
        if rows:
            await self._save(opened, batch, content, rows, list(rows))
        return len(rows)

    async def sign(self, actor: Actor, opened: Opened, batch: str, own: ApplicationId) -> int:
        """Write down that the applicant of a row has signed on paper; since when it is on disk.

        Raises:
            BatchUnknownError: no such row, or it is handed in.
        """
        members = await self._read(lambda tx: batches.members(tx, batch))
        draft = await self.drafts.find(opened, own)
        if draft is None or own not in _open(members):
            raise BatchUnknownError(batch[:8])
        said = {**draft.content.window.get(CHECK_PAGE, {}), SIGNED: SignedHow.INK.value}
        wanted = SayAtWindow(application=own, item=draft.content.item, page=CHECK_PAGE, texts=said)
        return await self.drafts.say(actor, opened, wanted)

    async def take_out(self, _: Actor, batch: str, application: ApplicationId) -> None:
        """Put a row into the bin, from where it comes back as a draft of its own.

        Raises:
            BatchUnknownError: no such row, or it is handed in.
        """
        now_ms = self.clock.now_ms()

        def work(tx: Transaction) -> None:
            handed_in = applications.known(tx, [application])
            if handed_in or not batches.take_row(tx, batch, application):
                raise BatchUnknownError(batch[:8])
            drafts.put_in_bin(tx, application, now_ms)

        await self.drafts.database.write(work)

    async def _save(
        self,
        opened: Opened,
        batch: str,
        content: BatchContent,
        rows: Mapping[ApplicationId, Mapping[str, str]],
        new: Sequence[ApplicationId],
        *,
        seen: TableSeen = _NOTHING_SEEN,
    ) -> int:
        refused: list[ApplicationId] = []

        def add(tx: Transaction) -> None:
            refused.clear()  # of an attempt that did not come through
            batches.add_rows(tx, batch, new)
            if len(batches.members(tx, batch)) > MAX_ROWS:
                raise BatchFullError(str(MAX_ROWS))

        def change(own: ApplicationId, kept: Before) -> Mapping[str, str] | None:
            return seen.changed(own, kept, rows[own], content.common, refused)

        changes = {own: partial(change, own) for own in rows}
        saved_ms = await self.drafts.save_each(opened, content.item, changes, add, seen.page)
        if refused:
            raise BatchElsewhereError(rows=refused)
        return saved_ms

    def _keep_common(
        self, tx: Transaction, opened: Opened, wanted: SaveCommon, common: Mapping[str, str]
    ) -> None:
        now_ms, row = self.clock.now_ms(), batches.get(tx, wanted.batch)
        before = read_content(opened.vault, row) if row else None
        held = before.held if before else self.drafts.held(tx, wanted.item)
        clerks = before.clerks if before else ()
        content = BatchContent(
            item=before.item if before else wanted.item,
            name=item_of(held).name,
            held=held,
            common=common,
            clerks=[*clerks, *([opened.clerk] if opened.clerk not in clerks else [])],
        )
        sealed = self.seal(context(wanted.batch), plain_bytes(content))
        begun_ms = row.begun_ms if row else now_ms
        batches.put(
            tx, BatchRow(batch=wanted.batch, sealed=sealed, begun_ms=begun_ms, saved_ms=now_ms)
        )

    async def _content(self, opened: Opened, batch: str) -> tuple[BatchRow, BatchContent]:
        row = await self._read(lambda tx: batches.get(tx, batch))
        if row is None:
            raise BatchUnknownError(batch[:8])
        return row, read_content(opened.vault, row)

    async def _read(self, work: Callable[[Transaction], T]) -> T:
        return await self.drafts.database.read(work)


def _common_change(
    before: Mapping[str, str], common: Mapping[str, str]
) -> Callable[[Before], Mapping[str, str]]:
    """Replace in a row what it has from the common part, or does not say yet."""

    def change(kept: Before) -> Mapping[str, str]:
        said = kept.texts
        own = {name: text for name, text in said.items() if text and text != before.get(name)}
        return {**said, **common, **own}

    return change


def _open(members: Sequence[Member]) -> list[ApplicationId]:
    return [one.application for one in members if not one.handed_in]


def _facts(tx: Transaction, batch: str) -> _Facts:
    members = batches.members(tx, batch)
    handed = [one.application for one in members if one.handed_in]
    views = ((own, applications.view(tx, own)) for own in handed)
    return _Facts(
        members=members,
        attached=batches.papers(tx, batch),
        views={own: view for own, view in views if view is not None},
        numbers=numbers.of_applications(tx, handed),
    )


def _rows(opened: Opened, facts: _Facts, kept: Mapping[ApplicationId, Draft]) -> list[Row]:
    found: list[Row] = []
    first: dict[str, int] = {}
    for member in facts.members:
        row = _row(opened, facts, kept, member)
        identity = row.draft.content.identity if row.draft else ""
        if identity in first:
            row = replace(row, same_as=first[identity])
        elif identity:
            first[identity] = member.position
        found.append(row)
    return found


def _row(opened: Opened, facts: _Facts, kept: Mapping[ApplicationId, Draft], member: Member) -> Row:
    own, draft = member.application, kept.get(member.application)
    if draft is not None and not member.handed_in:
        return open_row(member, draft, facts.attached.get(own, ()))
    view = facts.views.get(own)
    if view is None:
        return Row(application=own, position=member.position, state=GONE)
    return Row(
        application=own,
        position=member.position,
        state=view.state.value,
        who=opened.vault.applicant(own, view.applicant) or facts.names.get(own, ""),
        number=facts.numbers.get(own),
    )


def _listed(opened: Opened, row: BatchRow, count: Count) -> BatchListed:
    problem, content = "", _UNREADABLE
    try:
        content = read_content(opened.vault, row)
    except YizhanError as exc:
        problem = exc.code
    return BatchListed(
        batch=row.batch,
        item=content.item,
        name=content.name,
        clerks=content.clerks,
        begun_ms=row.begun_ms,
        saved_ms=row.saved_ms,
        rows=count.rows,
        handed_in=count.handed_in,
        problem=problem,
    )
