"""The port for the record of who did what: the county's is a signed chain, a hub has its log."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from runtime.actor import Actor

BEGUN, DONE = "begun", "done"  # outcomes beside the codes of refusals

Detail = Mapping[str, object]


class Record(Protocol):
    """Where it is kept who did what."""

    def action(
        self, actor: Actor, name: str, *, subject: str = "", detail: Detail | None = None
    ) -> AbstractAsyncContextManager[None]:
        """Around an action: keeps that it began, and its outcome.

        Args:
            actor: who asks for it.
            name: of the action, as pages and guides know it.
            subject: node, account or case that it is done to.
            detail: what else of its arguments may stand in a record.
        """
        ...

    async def note(
        self,
        actor: Actor,
        name: str,
        outcome: str = DONE,
        *,
        subject: str = "",
        detail: Detail | None = None,
    ) -> None:
        """Keep something that is over already: a login, or a file that was shown."""
        ...
