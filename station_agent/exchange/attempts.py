"""One exchange, with whoever answers: the parent first, others while it is silent.

An attempt that fails may have brought a newer roster, or the county may tell one; then there is
one more.
"""

from typing import TYPE_CHECKING

from protocol.errors import LineError, ParentStrangeError, YizhanError
from protocol.errors.training import TrainingError
from runtime.jobs.supervise import Heartbeat
from station_agent.exchange.catching_up import CatchingUp
from station_agent.exchange.line import ParentLine
from station_agent.exchange.parent import Target
from station_agent.exchange.parent_discovery import ParentDiscovery
from station_agent.exchange.paths import Paths

if TYPE_CHECKING:
    from runtime.line.conversation import Tally
    from station_agent.exchange.line import Told


class Attempts:
    """Tries one path after the other."""

    def __init__(
        self,
        *,
        line: ParentLine,
        paths: Paths,
        catching_up: CatchingUp,
        parent_discovery: ParentDiscovery,
        pulse: Heartbeat,
        training: bool = False,
    ) -> None:
        self._line, self._paths, self._training = line, paths, training
        self._catching_up, self._parent_discovery = catching_up, parent_discovery
        self._pulse = pulse
        self._caught_up = False  # the failed attempt brought a newer roster

    async def exchange(self, linger_s: int, report: "Told") -> "Tally":
        """One exchange; once more if it has brought a newer roster, or the county tells one.

        Raises:
            LineError: nobody can be reached, or the line broke.
            RefusedError: the parent refuses us, in words.
            TrainingError: this folder is for training; nobody is called.
        """
        if self._training:
            raise TrainingError
        self._caught_up = False
        try:
            tally = await self._try_all(linger_s, report)
        except YizhanError as exc:
            if not self._caught_up:
                if self._line.met or not await self._parent_discovery.look(exc):
                    raise
                self._line.forget()  # with the certificate that may have come
            tally = await self._try_all(linger_s, report)
        self._parent_discovery.answered()
        return tally

    async def _try_all(self, linger_s: int, report: "Told") -> "Tally":
        """One exchange with the parent, or with the first that answers if another may be called."""
        failure: YizhanError | None = None
        for target in self._paths.candidates():
            self._pulse.expect(linger_s)
            try:
                tally = await self._line.exchange(target, self._paths.linger_s(linger_s), report)
            except YizhanError as exc:
                self._caught_up = await self._learn(exc, target)
                if self._line.met:
                    self._paths.answered(target)
                if self._line.met or self._caught_up:
                    raise
                if not self._paths.failed(target, exc):
                    raise
                failure = failure or exc
            else:
                self._paths.answered(target)
                return tally
        raise failure or LineError("nobody to call")

    async def _learn(self, exc: YizhanError, target: Target) -> bool:
        """Whether a newer roster was there to be had, after ``target`` was no help."""
        if isinstance(exc, ParentStrangeError):
            self._line.forget()
        return await self._catching_up.look(exc, target, self._pulse.expect)
