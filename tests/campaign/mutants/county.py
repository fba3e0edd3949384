"""Rules of the county centre, each broken on purpose while a schedule is played."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from msgspec import structs
from sqlalchemy import func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

import central.county.casework.arrival.register as register_module
import central.county.intake.record as record_module
import central.county.intake.service as intake_module
import central.county.reconciliation.service as reconciliation_module
import central.relay.queue.receiver as receiver_module
from central.county.casework.arrival.register import Arrival, CaseRegister
from central.county.intake.models import ReceivedRow
from central.county.intake.reading import Reading
from central.county.intake.service import Intake
from central.relay.queue.spool import NewEnvelope
from central.store.base import table_of

_ADD_OR_NOT = sqlite.insert(table_of(ReceivedRow)).on_conflict_do_nothing()


@contextmanager
def county_drops_no_repeated_envelope() -> Iterator[None]:
    """An envelope that comes again is delivered again, and becomes another case.

    Its row and its draft's key would stop that, too; what a program stumbles over is set aside.
    """
    add = receiver_module.add_envelopes  # type: ignore[attr-defined]

    async def all_new(session: AsyncSession, rows: Sequence[NewEnvelope]) -> set[bytes]:
        await add(session, rows)
        return {row["envelope_id"] for row in rows}

    enter, known_envelopes = CaseRegister.enter, intake_module.known_envelopes  # type: ignore[attr-defined]
    repeated: set[bytes] = set()

    async def none_known(session: AsyncSession, keys: Any) -> set[bytes]:
        repeated.update(await known_envelopes(session, keys))
        return set()

    async def again(
        self: CaseRegister, session: AsyncSession, arrivals: Sequence[Arrival], now_ms: int
    ) -> Any:
        known = [one.key for one in arrivals if one.envelope in repeated]
        return await enter(self, session, [_as_another(one, known) for one in arrivals], now_ms)

    with (
        mock.patch.object(receiver_module, "add_envelopes", all_new),
        mock.patch.object(intake_module, "known_envelopes", none_known),
        mock.patch.object(record_module, "_ADD", _ADD_OR_NOT),
        mock.patch.object(CaseRegister, "enter", again),
    ):
        yield


def county_drops_by_highest_number() -> AbstractContextManager[object]:
    """Whatever has a number that is not above all that came is taken for a repetition."""
    deliver = Intake.deliver

    async def above(self: Intake, session: AsyncSession, readings: Sequence[Reading]) -> None:
        query = select(ReceivedRow.incarnation, func.max(ReceivedRow.seq))
        rows = await session.execute(query.group_by(ReceivedRow.incarnation))
        highest = {incarnation: seq for incarnation, seq in rows}  # noqa: C416 - a Result is no pair
        fresh = [
            one
            for one in readings
            if one.envelope.header.seq > highest.get(one.envelope.incarnation, 0)
        ]
        if fresh:
            await deliver(self, session, fresh)

    return mock.patch.object(Intake, "deliver", above)


def county_numbers_without_incarnations() -> AbstractContextManager[object]:
    """Two envelopes of a station with the same number are taken for the same."""
    deliver = Intake.deliver

    async def by_number(self: Intake, session: AsyncSession, readings: Sequence[Reading]) -> None:
        query = select(ReceivedRow.origin, ReceivedRow.seq)
        known = {(origin, seq) for origin, seq in await session.execute(query)}
        fresh = [
            one for one in readings if (one.envelope.origin, one.envelope.header.seq) not in known
        ]
        if fresh:
            await deliver(self, session, fresh)

    return mock.patch.object(Intake, "deliver", by_number)


def county_skips_the_draft_key() -> AbstractContextManager[object]:
    """A draft that was sealed twice becomes two cases."""
    enter, facts_of = CaseRegister.enter, register_module.facts_of  # type: ignore[attr-defined]

    async def twice(
        self: CaseRegister, session: AsyncSession, arrivals: Sequence[Arrival], now_ms: int
    ) -> Any:
        known = await facts_of(session, {arrival.key for arrival in arrivals})
        return await enter(self, session, [_as_another(one, known) for one in arrivals], now_ms)

    return mock.patch.object(CaseRegister, "enter", twice)


def _as_another(arrival: Arrival, known: Any) -> Arrival:
    """An application that has a case gets another name, and so another case."""
    if arrival.key not in known:
        return arrival
    content = structs.replace(arrival.content, application=arrival.envelope[:16])
    return replace(arrival, content=content)


def county_shows_no_forks() -> AbstractContextManager[object]:
    """The ledger never raises the alarm."""
    follow = reconciliation_module.follow  # type: ignore[attr-defined]

    def straight(*args: Any) -> Any:
        return replace(follow(*args), forks=0)

    return mock.patch.object(reconciliation_module, "follow", straight)


def county_forgets_missing_numbers() -> AbstractContextManager[object]:
    """The ledger does not name the numbers that never came."""
    follow = reconciliation_module.follow  # type: ignore[attr-defined]

    def whole(*args: Any) -> Any:
        return replace(follow(*args), missing=())

    return mock.patch.object(reconciliation_module, "follow", whole)
