"""The county's record behind the port of services: each action begins in it, and ends in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from protocol.errors import YizhanError
from provisioning.audit.log import AuditLog
from runtime.actor import Actor
from runtime.record import BEGUN, DONE, Detail


class AuditRecord:
    """Keeps actions in the signed chain; one that could not be kept is not done."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    @asynccontextmanager
    async def action(
        self, actor: Actor, name: str, *, subject: str = "", detail: Detail | None = None
    ) -> AsyncIterator[None]:
        """An entry before the action, and one with its outcome.

        Raises:
            DiskFullError, StoreError: the action could not be kept; it is not to be done.
        """
        note = partial(self.note, actor, name, subject=subject, detail=detail)
        await note(BEGUN)
        try:
            yield
        except YizhanError as exc:
            await note(exc.code)
            raise
        await note(DONE)

    async def note(
        self,
        actor: Actor,
        name: str,
        outcome: str = DONE,
        *,
        subject: str = "",
        detail: Detail | None = None,
    ) -> None:
        """One entry about what is over already.

        Raises:
            DiskFullError, StoreError: it could not be kept.
        """
        await asyncio.to_thread(
            self._log.add,
            actor=str(actor),
            action=name,
            subject=subject,
            outcome=outcome,
            detail=detail,
        )
