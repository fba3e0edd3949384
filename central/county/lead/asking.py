"""Asking the lead, through the database: it works across machines, and needs no other line."""

import asyncio
import json
from collections.abc import Mapping
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.lead.lease import leader
from central.county.lead.models import AskedRow
from central.store.engine import Store
from protocol.envelope.colleagues import Colleagues
from protocol.errors import LeadAwayError, OwnerStoppedError, from_code
from protocol.json_values import from_json, to_json
from protocol.ports import Clock, Randomness
from runtime.cli.command import silent
from runtime.control.calls import Call
from runtime.control.owner import Operation, Report

A = TypeVar("A")
R = TypeVar("R")

BEGIN_S = 10.0  # in which a lead takes up what it was asked
_LOOK_S, _LOOK_LATER_S = 0.05, 0.5
_ID_BYTES = 16


class Asking:
    """Asks whoever leads now."""

    def __init__(
        self,
        store: Store,
        colleagues: Colleagues,
        *,
        host: str,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        """``host``: this machine, where files that are named would lie."""
        self._store, self._colleagues, self._host = store, colleagues, host
        self._clock, self._randomness = clock, randomness

    async def call(self, call: Call[A, R], args: A) -> R:
        """The answer to a typed call; raises as :meth:`ask`."""
        return from_json(await self.ask(call.name, to_json(args)), call.gives)

    def operation(self, name: str) -> Operation:
        """What answers a command by asking the lead; how far it is can't be told."""

        async def passed_on(args: Mapping[str, Any], _: Report = silent) -> Any:  # noqa: ANN401
            return await self.ask(name, args)

        return passed_on

    async def ask(self, name: str, args: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """What the lead answers, as JSON.

        Raises:
            LeadAwayError: nobody leads, or not in time; nothing was done.
            OwnerStoppedError: it stopped meanwhile; it may have been done.
            YizhanError: the lead refused, by the same class as over there.
        """
        asked = self._randomness.token(_ID_BYTES)
        body = json.dumps({"call": name, "args": dict(args), "host": self._host}).encode()
        row = {
            "asked": asked,
            "body": self._colleagues.seal(asked, body),
            "asked_ms": self._clock.now_ms(),
        }
        await self._store.transact(partial(_put, row=row))
        try:
            sealed = await self._answered(asked)
        finally:
            await self._store.transact(partial(_drop, asked=asked))
        answer = json.loads(self._colleagues.open(b"answer" + asked, sealed))
        if error := answer.get("error"):
            raise from_code(error["code"], error["detail"])
        return answer["result"]

    async def _answered(self, asked: bytes) -> bytes:
        pause_s, since_s = _LOOK_S, self._clock.ticks_s()
        while True:
            begun, answer, now = await self._store.transact(partial(_look, asked=asked))
            if isinstance(answer, bytes):
                return answer
            if begun is not None and begun != now.epoch:
                raise OwnerStoppedError(now.holder)
            waited_s = self._clock.ticks_s() - since_s
            if begun is None and waited_s > BEGIN_S:
                if await self._store.transact(partial(_drop, asked=asked, unbegun=True)):
                    raise LeadAwayError(now.holder)
                since_s = self._clock.ticks_s()  # it was taken up at this very moment
            await self._clock.sleep(pause_s)
            pause_s = min(pause_s * 1.5, _LOOK_LATER_S)


async def _put(session: AsyncSession, *, row: dict[str, Any]) -> None:
    await session.execute(insert(AskedRow).values(**row))


async def _look(session: AsyncSession, *, asked: bytes) -> Any:  # noqa: ANN401 - three columns
    query = select(AskedRow.begun, AskedRow.answer).where(AskedRow.asked == asked)
    row = (await session.execute(query)).one_or_none()
    now = await leader(session)
    if row is None:  # a new lead has swept
        raise LeadAwayError(now.holder)
    return row.begun, row.answer, now


async def _drop(session: AsyncSession, *, asked: bytes, unbegun: bool = False) -> int:
    which = delete(AskedRow).where(AskedRow.asked == asked)
    if unbegun:
        which = which.where(AskedRow.begun.is_(None))
    return len((await session.scalars(which.returning(AskedRow.asked_ms))).all())


class Blocking:
    """The same for whoever waits in a thread."""

    def __init__(self, asking: Asking) -> None:
        """Make it in the loop that is to do the asking."""
        self._asking, self._loop = asking, asyncio.get_running_loop()

    def call(self, call: Call[A, R], args: A) -> R:
        """As :meth:`Asking.call`; never in the loop itself, which would wait for itself."""
        return asyncio.run_coroutine_threadsafe(self._asking.call(call, args), self._loop).result()
