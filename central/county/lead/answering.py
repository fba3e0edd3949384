"""The lead takes up what other processes ask, each thing once, and answers."""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, get_type_hints

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.lead.lease import Lease
from central.county.lead.models import AskedRow
from central.store.engine import Store
from protocol.envelope.colleagues import Colleagues
from protocol.errors import (
    InternalError,
    LeadElsewhereError,
    LeadHereError,
    OtherNodeError,
    StoreError,
    UnopenableError,
    YizhanError,
)
from protocol.ports import Clock
from runtime.cli.command import silent
from runtime.control.calls import Handler
from runtime.control.owner import Operation

log = logging.getLogger(__name__)

_LOOK_S, _AT_ONCE = 0.2, 20
_DRAIN_S = 10.0
_WAITING = (
    select(AskedRow.asked, AskedRow.body)
    .where(AskedRow.begun.is_(None))
    .order_by(AskedRow.asked_ms)
    .limit(_AT_ONCE)
)


@dataclass(kw_only=True)
class Answering:
    """What one lead does for the others."""

    store: Store
    lease: Lease
    colleagues: Colleagues
    operations: Mapping[str, Operation]
    host: str
    clock: Clock
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Until the caller ends it. First what an earlier lead left is given up."""
        await self.store.transact(self._sweep)
        while True:
            with suppress(StoreError):  # the database is away: its own alarm
                await self._take_up()
            await self.clock.sleep(_LOOK_S)

    async def idle(self) -> None:
        """Wait for what is being answered, but not for ever; who asked hears that it broke off."""
        if self._running:
            _, left = await asyncio.wait(set(self._running), timeout=_DRAIN_S)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _sweep(self, session: AsyncSession) -> None:
        await self.lease.fence(session)
        await session.execute(delete(AskedRow).where(AskedRow.begun.is_(None)))

    async def _take_up(self) -> None:
        for asked, body in await self.store.transact(_waiting):
            if await self.store.transact(partial(self._begin, asked=asked)):
                task = asyncio.create_task(self._answer(asked, body))
                self._running.add(task)
                task.add_done_callback(self._running.discard)

    async def _begin(self, session: AsyncSession, *, asked: bytes) -> int:
        """Whether it is ours now: it may have been given up."""
        await self.lease.fence(session)
        mine = update(AskedRow).where(AskedRow.asked == asked, AskedRow.begun.is_(None))
        begun = mine.values(begun=self.lease.epoch).returning(AskedRow.begun)
        return int(await session.scalar(begun) or 0)

    async def _answer(self, asked: bytes, body: bytes) -> None:
        try:
            answer = {"result": await self._do(asked, body)}
        except YizhanError as exc:
            answer = {"error": {"code": exc.code, "detail": exc.detail}}
        except Exception:
            log.exception("a call of another process failed", extra={"event": "lead.failed"})
            answer = {"error": {"code": InternalError.code, "detail": ""}}
        sealed = self.colleagues.seal(b"answer" + asked, json.dumps(answer).encode())
        told = update(AskedRow).where(AskedRow.asked == asked).values(answer=sealed)
        try:
            await self.store.transact(lambda session: session.execute(told))
        except StoreError as exc:
            log.warning("not answered", extra={"event": "lead.unanswered", "code": exc.code})

    async def _do(self, asked: bytes, body: bytes) -> Any:  # noqa: ANN401 - JSON
        try:
            wanted = json.loads(self.colleagues.open(asked, body))
        except UnopenableError:
            log.error("somebody else wrote a call", extra={"event": "lead.forged"})  # noqa: TRY400
            raise
        operation = self.operations.get(wanted["call"])
        if operation is None:
            raise OtherNodeError(f"no such call: {wanted['call']}")
        if not self.lease.holds:
            raise LeadElsewhereError
        if wanted["host"] != self.host and _names_files(operation):
            raise LeadHereError(self.lease.holder)
        return await operation(wanted["args"], silent)


def _names_files(operation: Operation) -> bool:
    """Whether it reads or writes a file that its arguments name: that lies on another machine."""
    if not isinstance(operation, Handler):
        return False
    return any(str(Path.__name__) in str(hint) for hint in _hints(operation.call.takes))


def _hints(kind: type) -> list[Any]:
    return list(get_type_hints(kind).values())


async def _waiting(session: AsyncSession) -> list[tuple[bytes, bytes]]:
    return [(asked, body) for asked, body in await session.execute(_WAITING)]
