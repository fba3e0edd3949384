"""Rules about what is written and who may read it, each broken on purpose."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.sealing import Sealer
from central.county.casework.arrival.register import Arrival, CaseRegister
from central.county.followups import register as register_module
from central.county.followups.models import FollowUpRow
from central.county.followups.register import FollowUpArrival, FollowUpRegister
from protocol.codec import altered
from protocol.envelope.payloads import Decision
from station_agent.inbox.delivery import DeliveryService
from station_agent.intake.calls import Submission
from station_agent.intake.service import IntakeService
from station_agent.store.db import Transaction

_LONG = 4_000  # characters


def county_empties_long_forms() -> AbstractContextManager[object]:
    """A form that is too long for somebody's column is kept as an empty one."""
    enter = CaseRegister.enter

    async def cut(
        self: CaseRegister, session: AsyncSession, arrivals: Sequence[Arrival], now_ms: int
    ) -> Any:
        short = [
            replace(one, content=altered(one.content, form="{}"))
            if len(one.content.form) > _LONG
            else one
            for one in arrivals
        ]
        return await enter(self, session, short, now_ms)

    return mock.patch.object(CaseRegister, "enter", cut)


def county_leaves_out_files_of_decisions() -> AbstractContextManager[object]:
    """A decision goes down without its papers."""

    async def none(_: Sealer, __: Any) -> list[Any]:
        return []

    return mock.patch.object(Sealer, "seal", none)


def county_drops_what_followed() -> AbstractContextManager[object]:
    """What follows applications is taken, and kept nowhere."""
    enter = FollowUpRegister.enter

    async def nowhere(
        self: FollowUpRegister, session: AsyncSession, arrivals: Sequence[Any], now_ms: int
    ) -> Any:
        found = await enter(self, session, arrivals, now_ms)
        ids = [one.content.follow_up for one in arrivals]
        await session.execute(delete(FollowUpRow).where(FollowUpRow.follow_up.in_(ids)))
        return found

    return mock.patch.object(FollowUpRegister, "enter", nowhere)


@contextmanager
def county_keeps_anothers_words_of_what_followed() -> Iterator[None]:
    """Each is kept with the words of the one that came before it."""
    row, before = register_module._row, list[str]()

    def mixed(one: FollowUpArrival, now_ms: int) -> dict[str, object]:
        kept = row(one, now_ms)
        before.append(str(kept["said"]))
        return {**kept, "said": before[-2] if len(before) > 1 else kept["said"]}

    with mock.patch.object(register_module, "_row", mixed):
        yield


@contextmanager
def station_shows_the_decision_before() -> Iterator[None]:
    """Each decision is stored with the words of the one that came before it."""
    decision, before = DeliveryService._decision, list[Decision]()

    def store(self: DeliveryService, tx: Transaction, one: Decision, now_ms: int) -> Any:
        words = before[-1] if before else one
        before.append(one)
        return decision(self, tx, altered(one, note=words.note, outcome=words.outcome), now_ms)

    with mock.patch.object(DeliveryService, "_decision", store):
        yield


def station_logs_what_it_takes() -> AbstractContextManager[object]:
    """Somebody wanted to see what comes in."""
    submit = IntakeService.submit

    async def loud(self: IntakeService, submission: Submission) -> Any:
        extra = {"event": "intake.seen", "form": submission.form}
        logging.getLogger("station_agent").info("taken", extra=extra)
        return await submit(self, submission)

    return mock.patch.object(IntakeService, "submit", loud)
