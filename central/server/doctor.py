"""A running server looks at itself: its database has one connection, and that is the server's."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from central.relay.service import Relay
from central.server.config import ServerConfig
from central.server.subject import ServerKind, Subject, look_inside, look_up
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.doctor.calls import DOCTOR
from runtime.doctor.finding import Found, distinct
from runtime.doctor.frozen import is_small
from runtime.doctor.machine import clock_faults

More = Callable[[], Awaitable[list[Found]]]


class ServerDoctor:
    """Answers ``doctor`` of an open hub or county."""

    def __init__(
        self, data: Path, relay: Relay, config: ServerConfig, kind: ServerKind, more: More
    ) -> None:
        """Args: more: what only the running program knows."""
        self._data, self._relay, self._config = data, relay, config
        self._kind, self._more = kind, more

    async def look(self, actor: Actor, _: Nothing, __: Report = silent) -> list[Found]:
        """Everything that is wrong.

        Raises:
            LoginForbiddenError: the actor may not look.
        """
        actor.require(Right.LOOK)
        relay, subject = self._relay, self._subject()
        found = await self._checked()
        if not found or found[0].code != "database.damaged":
            look = partial(look_inside, subject=subject, look=self._kind.look)
            found += await relay.store.transact(look)
        found += clock_faults(relay.times.trusted.error_ms)
        if relay.editions.newer_roster is not None:
            found.append(Found("roster.needs-newer"))
        return distinct([*found, *(await self._more()), *(await look_up(subject))])

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(DOCTOR, self.look))

    def _subject(self) -> Subject:
        relay = self._relay
        return Subject(
            data=self._data,
            identity=relay.identity,
            config=self._config,
            roster=relay.editions.roster,
            now_ms=relay.clock.now_ms(),
        )

    async def _checked(self) -> list[Found]:
        path = self._data / f"{self._kind.name}.db"
        if not is_small(path):
            return [Found("database.not-checked", path.name)]
        wrong = await self._relay.store.check()
        return [Found("database.damaged", wrong)] if wrong else []
