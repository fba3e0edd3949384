"""Handing in a batch row by row, by the service that takes in single applications.

Each row is on disk and queued by a commit of its own or with its neighbours'; one that was handed
in before is passed over. So whoever begins again after a power cut doubles nothing.

Source: docs/operations.md, "Market day".
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from protocol.codec import altered
from protocol.errors import YizhanError
from protocol.errors.clerk import WindowDayError
from protocol.errors.drafts import FillingBinnedError, FillingVersionError
from protocol.ids import ApplicationId
from protocol.records.taken_in import Signature
from protocol.text import identifier
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.done import Done
from runtime.control.owner import Report
from station_agent.batches.calls import BatchHandedIn, RowRefused
from station_agent.batches.rows import DRAFT, Row, form_of, item_of
from station_agent.batches.service import BatchService
from station_agent.clerks.unlocking import Opened
from station_agent.drafts.service import Draft
from station_agent.drafts.signing import CHECK_PAGE, UNSIGNED, signature_said, signs_apart
from station_agent.drafts.taken import taken_by_itself
from station_agent.drafts.versions import DraftVersions
from station_agent.intake.calls import Submission

if TYPE_CHECKING:
    from station_agent.intake.service import IntakeService
    from station_agent.papers.service import PaperService

_TOGETHER = 16  # rows at once: they share commits, and so does a single one that comes between


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchHandingIn:
    """For the batches of one station."""

    batches: BatchService
    intake: Callable[[], "IntakeService"]
    papers: Callable[[], "PaperService"]
    village: str  # division code

    async def hand_in(
        self, _: Actor, opened: Opened, batch: str, day: str = "", report: Report = silent
    ) -> BatchHandedIn:
        """Hand in every row in which nothing is wrong or missing.

        Args:
            day: at the window, as the clerk says it where nothing proves the date; else unused.

        Raises:
            BatchUnknownError, WindowDayError: nothing was handed in.
            FillingNewerError, DamagedError: the same.
        """
        found = await self.batches.find(opened, batch)
        said = "" if self.batches.drafts.today() else _day(day)
        ready = found.ready
        refused: list[RowRefused] = []
        for at in range(0, len(ready), _TOGETHER):
            report(Done(at, len(ready)))
            some = ready[at : at + _TOGETHER]
            refused += filter(
                None, await asyncio.gather(*(self._one(opened, r, said) for r in some))
            )
        report(Done(len(ready), len(ready)))
        unready = [row for row in found.rows if row.state == DRAFT and not row.is_whole]
        return BatchHandedIn(
            handed_in=len(ready) - len(refused),
            before=len(found.rows) - len(ready) - len(unready),
            left=len(unready),
            refused=refused,
        )

    async def _one(self, opened: Opened, row: Row, day: str) -> RowRefused | None:
        try:
            await self._submit(opened, row.application, day)
        except YizhanError as exc:
            return RowRefused(position=row.position, who=row.who, code=exc.code, words=exc.words())
        return None

    async def _submit(self, opened: Opened, application: ApplicationId, day: str) -> None:
        """Hand in a row as it is by now: others may write while a long batch is handed in."""
        draft = await self.batches.drafts.find(opened, application)
        if draft is None:  # another task was quicker
            return
        if draft.binned_ms is not None:
            raise FillingBinnedError(application[:8])
        if not (await DraftVersions(self.batches.drafts).of(draft)).may_go_on:
            raise FillingVersionError
        item = item_of(draft.item)
        papers = await self.papers().sealed(opened.vault, draft.application)
        taken = taken_by_itself(
            item,
            papers,
            clerk=opened.clerk,
            village=self.village,
            agent=draft.content.agent,
        )
        submission = Submission(
            application=draft.application,
            item=draft.content.item,
            form=json.dumps(form_of(item, draft.content.texts), ensure_ascii=False),
            taken=altered(taken, window_day=day, signed=_signature(draft)),
        )
        await self.intake().submit(submission, pages=papers, under=draft.item.found)


def _signature(draft: Draft) -> Signature | None:
    """How it was signed on paper: marked where it was not, and not asked where the form does."""
    if not signs_apart(item_of(draft.item).schema):
        return None
    return signature_said(draft.content.window.get(CHECK_PAGE, {})) or UNSIGNED


def _day(text: str) -> str:
    """A day as it was typed; empty if none was."""
    day = identifier(text)
    try:
        return str(date.fromisoformat(day)) if day else ""
    except ValueError:
        raise WindowDayError(day[:20]) from None
