"""Who did what at a hub. It keeps no audit record as the county does: its log says it."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from protocol.errors import YizhanError
from runtime.actor import Actor
from runtime.record import DONE, Detail

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)  # told whether or not exchanges are: nothing else would know

BROKEN = "broken"  # the program failed


class LogRecord:
    """Says in the log who asked for a change, and its end."""

    @asynccontextmanager
    async def action(
        self, actor: Actor, name: str, *, subject: str = "", detail: Detail | None = None
    ) -> AsyncIterator[None]:
        """One line when the action has ended."""
        outcome = BROKEN
        try:
            yield
            outcome = DONE
        except YizhanError as exc:
            outcome = exc.code
            raise
        finally:
            _say("action", name, outcome, actor, {"subject": subject, **(detail or {})})

    async def note(
        self,
        actor: Actor,
        name: str,
        outcome: str = DONE,
        *,
        subject: str = "",
        detail: Detail | None = None,
    ) -> None:
        """One line about what an account did on the pages themselves: a login, a proposal."""
        _say("page", name, outcome, actor, {"subject": subject, **(detail or {})})


def _say(kind: str, name: str, outcome: str, actor: Actor, more: Detail) -> None:
    fields = {"event": f"hub.{kind}", "action": name, "by": str(actor), "outcome": outcome}
    log.info(kind, extra={**fields, "detail": {k: v for k, v in more.items() if v}})
