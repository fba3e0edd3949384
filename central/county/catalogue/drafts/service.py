"""Drafts of the catalogue: proposed, reviewed by a second person, published as they were approved.

Every change of a draft holds the lock of releases, so that what is judged is what is published.

Source: docs/publishing.md; docs/adr/0048-entries-of-a-later-day.md.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.catalogue.drafts.calls import Draft, DraftShown, Proposed, State
from central.county.catalogue.drafts.intents import Intent, Preview
from central.county.catalogue.drafts.models import DraftRow
from central.county.catalogue.drafts.persons import checked_person, same_person
from central.county.catalogue.drafts.queries import (
    authors_of,
    find_draft,
    newest_drafts,
    steps_of,
)
from central.county.catalogue.drafts.rows import (
    Content,
    entries_of,
    new_row,
    note_step,
    put_content,
    require_seen,
    require_state,
    seen,
    step_of,
)
from central.county.catalogue.drafts.signed import begun_until, review_entry
from central.county.catalogue.drafts.under_way import Counting
from central.county.catalogue.rules import Entries, Publishing
from central.county.catalogue.service import Catalogue, Wanted
from central.county.counters.service import take
from central.store.engine import Store
from protocol.catalogue.changes.difference import differences
from protocol.catalogue.changes.release import (
    goal_of,
    next_entries,
    same_content,
    versioned,
)
from protocol.catalogue.changes.terms import Language
from protocol.catalogue.findings import Finding
from protocol.errors import UsageError
from protocol.errors.publishing import (
    DraftBytesError,
    DraftOutdatedError,
    DraftOwnError,
    DraftSameError,
    DraftUnapprovedError,
    DraftUnknownError,
)
from protocol.limits import MAX_NOTE_CHARS
from protocol.ports import Clock
from protocol.text import identifier
from protocol.trust.edition import Edition

_SERIES = "catalogue-draft"
_DAY_MS = 86_400_000
_OPEN = (State.PROPOSED, State.APPROVED, State.REJECTED)
_Made = tuple[Edition | None, dict[str, bytes], Sequence[Finding]]


class Drafts:
    """The drafts of one county."""

    def __init__(
        self,
        *,
        store: Store,
        catalogue: Catalogue,
        clock: Clock,
        rules: Publishing,
        counting: Counting,
    ) -> None:
        self._store, self._catalogue, self._clock = store, catalogue, clock
        self._rules, self.counting = rules, counting

    async def propose(self, intent: Intent) -> Proposed:
        """A draft, checked; one that was there gets this content, and nobody has approved it.

        Raises:
            CatalogueError: anything in it is wrong; nothing was kept.
            UsageError: no name of an author.
            DraftUnknownError, DraftStateError: there is no such draft, or it is over.
            DraftEditedError: it would undo what somebody else has written in the draft.
            DraftOutdatedError: it was to be made from another release than the newest.
            DraftSameError: it would change nothing.
        """
        intent = replace(intent, author=checked_person(intent.author, "--author"))
        while True:
            base, wanted, findings = await self._made(intent)
            changes = await asyncio.to_thread(differences, _goal(base), wanted)
            if base is not None and not changes:
                await self._require_news(base, wanted, clears=intent.clears)
            content = await asyncio.to_thread(put_content, wanted)
            row = await self._store.transact(lambda tx: self._keep(tx, intent, base, content))  # noqa: B023
            if row is not None:  # else another release came between
                break
        return Proposed(
            draft=row.draft, digest=row.digest, base=row.base, changes=changes, findings=findings
        )

    async def preview(self, intent: Intent) -> Preview:
        """What :meth:`propose` would come to, as draft 0; nothing is kept. Raises as it."""
        base, wanted, findings = await self._made(intent)
        changes = await asyncio.to_thread(differences, _goal(base), wanted)
        english = await asyncio.to_thread(differences, _goal(base), wanted, "en")
        digest, _, _ = await asyncio.to_thread(put_content, wanted)
        proposed = Proposed(
            draft=0, digest=digest.hex(), base=_version(base), changes=changes, findings=findings
        )
        return Preview(proposed=proposed, english=english, entries=wanted)

    async def approve(self, number: int, person: str, named: str = "") -> Draft:
        """A second person approves a draft as it is.

        Args:
            named: the digest of what was read, in hex; empty: whatever it is now.

        Raises:
            UsageError: no name.
            DraftUnknownError, DraftStateError: there is no such draft, or it does not wait.
            DraftBytesError: it is not what was read.
            DraftOwnError: the approver had a hand in it.
            DraftOutdatedError: another release came between.
        """
        person = checked_person(person, "--approver")

        async def work(session: AsyncSession) -> Draft:
            base = await self._catalogue.hold(session)
            row = await self._find(session, number)
            require_state(row, State.PROPOSED)
            if named and identifier(named).lower() != row.digest.hex():
                raise DraftBytesError(f"草稿 {number} 的摘要是 {row.digest.hex()}")
            authors = (await authors_of(session, [row]))[number]
            if any(same_person(person, one) for one in authors):
                raise DraftOwnError(f"草稿 {number}，编写人 {'、'.join(authors)}")
            _require_newest(row, base)
            row.state, row.approver, row.reason = State.APPROVED, person, ""
            await note_step(session, row, "approved", person, at_ms=self._clock.now_ms())
            return await self._seen(session, row)

        return await self._store.transact(work)

    async def refuse(self, number: int, person: str, reason: str) -> Draft:
        """Send a draft back to its author, who edits it or gives it up.

        Raises:
            UsageError: no name, or no reason.
            DraftUnknownError, DraftStateError: there is no such draft, or nothing to refuse.
        """
        reason = checked_reason(reason)
        states = State.PROPOSED, State.APPROVED
        return await self._end(number, person, reason, states, State.REJECTED)

    async def withdraw(self, number: int, person: str, reason: str) -> Draft:
        """Give a draft up. Raises as :meth:`refuse`; the reason may be empty."""
        reason = checked_reason(reason) if reason else ""
        return await self._end(number, person, reason, _OPEN, State.WITHDRAWN)

    async def publish(self, number: int, start: date | None, person: str = "") -> int:
        """Publish exactly what was approved; the number of the release.

        Args:
            start: from which day on it counts; None: at once.
            person: who publishes it; empty: whoever sits at the server.

        Raises:
            DraftUnknownError, DraftStateError: there is no such draft, or it is over.
            DraftUnapprovedError: nobody has approved it as it is now.
            DraftOutdatedError: another release came between.
            DraftConflictError: it changes what is planned for a later day.
            DraftSameError: it would change nothing.
            UsageError: ``start`` is over: a wrong year would count at once.
            DamagedError: the draft in the database is not what was approved.
        """

        async def work(session: AsyncSession) -> Edition:
            base = await self._catalogue.hold(session)
            row = await self._find(session, number)
            require_state(row, *_OPEN)
            if row.state != State.APPROVED or not row.approver:
                raise DraftUnapprovedError(f"草稿 {number}")
            _require_newest(row, base)
            plan = await self._plan(session, row, base, start)
            edition = await self._catalogue.add(session, base, plan)
            if edition is base:  # its approver would stand in no release
                raise DraftSameError(f"第 {edition.version} 版")
            row.state, row.release = State.PUBLISHED, edition.version
            await note_step(session, row, "published", person, at_ms=self._clock.now_ms())
            return edition

        edition = await self._store.transact(work)
        self._catalogue.adopt(edition)
        return edition.version

    async def _plan(
        self, session: AsyncSession, row: DraftRow, base: Edition | None, start: date | None
    ) -> Wanted:
        """What the next release is made of: the draft, its review, and what goes on beside it."""
        wanted = await asyncio.to_thread(entries_of, row)
        before, today = base.entries if base else {}, self._catalogue.today()
        if start is not None and start < today:
            raise UsageError(f"起用日期 {start} 已经过去，今天是 {today}；要马上生效就不填起用日期")
        until = await asyncio.to_thread(begun_until, before, wanted, start, today)
        authors = (await authors_of(session, [row]))[row.number]
        made = {**review_entry(row, authors, start), **until}
        return Wanted(entries=wanted, start=start, clears=row.clears, made=made)

    async def find(self, number: int) -> Draft:
        """A draft, without its content. Raises DraftUnknownError."""

        async def work(session: AsyncSession) -> Draft:
            return await self._seen(session, await self._find(session, number))

        return await self._store.transact(work)

    async def show(self, number: int, language: Language = "zh") -> DraftShown:
        """A draft with its changes, in words of a language, and findings.

        Raises:
            DraftUnknownError: there is no such draft.
        """

        async def work(session: AsyncSession) -> tuple[DraftShown, DraftRow, Edition | None]:
            row = await self._find(session, number)
            base = await self._catalogue.release(session, row.base) if row.base else None
            steps = [step_of(one) for one in await steps_of(session, number)]
            draft = await self._seen(session, row)
            shown = DraftShown(draft=draft, changes=(), findings=(), steps=steps)
            return shown, row, base

        shown, row, base = await self._store.transact(work)
        before, wanted = await asyncio.to_thread(_content, row, base)
        changes = await asyncio.to_thread(differences, before, wanted, language)
        found = await self._catalogue.findings(wanted)
        return replace(shown, changes=changes, findings=found)

    async def content(self, number: int) -> tuple[Entries, Entries]:
        """The entries that a draft was made from, and its own. Raises DraftUnknownError."""

        async def work(session: AsyncSession) -> tuple[DraftRow, Edition | None]:
            row = await self._find(session, number)
            return row, await self._catalogue.release(session, row.base) if row.base else None

        row, base = await self._store.transact(work)
        return await asyncio.to_thread(_content, row, base)

    async def newest(self, *, every: bool, limit: int) -> list[Draft]:
        """Drafts, newest first; without ``every`` only those that are not over."""

        async def work(session: AsyncSession) -> list[Draft]:
            states = () if every else _OPEN
            rows = await newest_drafts(session, limit=limit, states=states)
            authors = await authors_of(session, rows)
            return [seen(row, authors[row.number], overdue=self._waits(row)) for row in rows]

        return await self._store.transact(work)

    async def overdue(self) -> list[Draft]:
        """Drafts that have waited for a second person for too long; they are never published."""
        return [one for one in await self.newest(every=False, limit=1000) if one.overdue]

    async def _made(self, intent: Intent) -> _Made:
        """The newest release, the entries that are wanted on top of it, and what was found."""
        base = await self._store.transact(self._catalogue.look)
        if intent.base not in (None, _version(base)):
            raise DraftOutdatedError(f"依据第 {intent.base} 版，现在是第 {_version(base)} 版")
        entries, findings = await intent.make(base)
        before = base.entries if base else {}
        wanted = await asyncio.to_thread(versioned, entries, before, self._catalogue.today())
        return base, wanted, findings

    async def _require_news(self, base: Edition, wanted: Entries, *, clears: bool) -> None:
        """Raise DraftSameError if publishing this would make no release."""
        today = self._catalogue.today()
        entries = await asyncio.to_thread(
            next_entries, base.entries, wanted, today=today, start=None, clears=clears
        )
        if same_content(base.entries, entries):
            raise DraftSameError(f"第 {base.version} 版")

    async def _keep(
        self, session: AsyncSession, intent: Intent, base: Edition | None, content: Content
    ) -> Draft | None:
        """The draft, or None if ``base`` is not the newest release any more."""
        newest = await self._catalogue.hold(session)
        if _version(newest) != _version(base):
            return None
        if intent.draft:
            row = await self._find(session, intent.draft)
            require_state(row, *_OPEN)
            require_seen(row, intent.author, intent.replaces, content[0])
            step = "voided" if row.approver else "edited"
        else:
            row, step = new_row(await take(session, _SERIES, 1)), "proposed"
            session.add(row)
        row.digest, row.count, row.body = content
        row.author, row.base, row.clears = intent.author, _version(newest), intent.clears
        row.state, row.approver, row.reason = State.PROPOSED, "", ""
        row.edited_ms = self._clock.now_ms()
        await note_step(session, row, step, intent.author, at_ms=row.edited_ms)
        return await self._seen(session, row)

    async def _end(
        self, number: int, person: str, reason: str, states: Sequence[State], state: State
    ) -> Draft:
        person = checked_person(person, "--by")

        async def work(session: AsyncSession) -> Draft:
            await self._catalogue.hold(session)
            row = await self._find(session, number)
            require_state(row, *states)
            row.state, row.approver, row.reason = state, "", reason
            now_ms = self._clock.now_ms()
            await note_step(session, row, state, person, at_ms=now_ms, reason=reason)
            return await self._seen(session, row)

        return await self._store.transact(work)

    async def _find(self, session: AsyncSession, number: int) -> DraftRow:
        row = await find_draft(session, number) if 0 < number < 2**62 else None
        if row is None:
            raise DraftUnknownError(str(number)[:20])
        return row

    async def _seen(self, session: AsyncSession, row: DraftRow) -> Draft:
        authors = (await authors_of(session, [row]))[row.number]
        return seen(row, authors, overdue=self._waits(row))

    def _waits(self, row: DraftRow) -> bool:
        """Whether a draft has waited for a second person for longer than the policy says."""
        waited_ms = self._clock.now_ms() - row.edited_ms
        too_long = waited_ms > self._rules.review_days() * _DAY_MS
        return row.state == State.PROPOSED and too_long


def checked_reason(reason: str) -> str:
    """Why something is sent back. Raises UsageError if it is empty or too long."""
    if not 0 < len(reason.strip()) <= MAX_NOTE_CHARS:
        raise UsageError(f"原因有 {len(reason)} 个字，应为 1 到 {MAX_NOTE_CHARS} 个")
    return reason.strip()


def _content(row: DraftRow, base: Edition | None) -> tuple[Entries, Entries]:
    return _goal(base), entries_of(row)


def _goal(base: Edition | None) -> Entries:
    return goal_of(base.entries) if base else {}


def _version(edition: Edition | None) -> int:
    return edition.version if edition else 0


def _require_newest(row: DraftRow, base: Edition | None) -> None:
    if row.base != _version(base):
        raise DraftOutdatedError(
            f"草稿 {row.number} 依据第 {row.base} 版，现在是第 {_version(base)} 版"
        )
