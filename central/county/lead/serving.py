"""What a lead does beside serving: it shows that it lives, answers, and mirrors its authority."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from central.county.lead.answering import Answering
from central.county.lead.calls import (
    ADMIT,
    CERTIFY,
    MOVE_AHEAD,
    NOTE,
    RENEW,
    SETTLE,
    Admit,
    Certify,
    MoveAhead,
    Note,
    Renew,
    Settle,
)
from central.county.lead.following import follow, follow_nothing
from central.county.lead.lease import Lease
from central.county.lead.mirror import Facts, Mirror
from central.relay.service import Relay
from protocol.errors import StoreError
from protocol.ids import NodeId
from protocol.trust.enrolment import JoinParcel
from provisioning.authority import Authority
from provisioning.policy.model import FILE
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.jobs.repeated import Jobs

log = logging.getLogger(__name__)

_LOOK_S, _REPEAT_S = 5.0, 60.0


@dataclass(kw_only=True)
class Mirroring:
    """Keeps the mirror as the authority is."""

    authority: Authority
    mirror: Mirror
    lease: Lease
    _written: tuple[int, str] = (0, "")
    _at_s: float = 0.0
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> None:
        """Write it if anything in it is news, or a minute has passed.

        Raises:
            StoreError: it can't be written now.
        """
        async with self._one:
            facts, state = await asyncio.to_thread(self._facts)
            now_s = self.authority.clock.ticks_s()
            if state != self._written or now_s - self._at_s > _REPEAT_S:
                await self.mirror.write(facts, self.lease)
                self._written, self._at_s = state, now_s

    async def keep(self) -> None:
        """Do so for ever."""
        while True:
            try:
                await self.look()
            except StoreError as exc:
                fields = {"event": "mirror.failed", "code": exc.code}
                log.warning("the mirror could not be written", extra=fields)
            await self.authority.clock.sleep(_LOOK_S)

    def _facts(self) -> tuple[Facts, tuple[int, str]]:
        path, version = self.authority.folder / FILE, self.authority.roster().version
        policy = path.read_text("utf-8") if path.exists() else ""
        keys = {str(node): keys for node, keys in self.authority.all_keys().items()}
        at_ms = self.authority.clock.now_ms()
        return Facts(keys=keys, policy=policy, at_ms=at_ms), (version, policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """One lead at work."""

    relay: Relay
    lease: Lease
    mirroring: Mirroring
    answering: Answering

    async def beside(self, stopped: asyncio.Event) -> None:
        """Until ``stopped`` is set."""
        await beside(
            stopped,
            self.answering.run(),
            self.mirroring.keep(),
            follow(self.relay, follow_nothing),
        )
        await self.answering.idle()


def guarded(jobs: Jobs, leading: Leading | None) -> Jobs:
    """The same jobs, none of which runs while another process may lead."""
    if leading is None:
        return jobs
    return {name: (every_s, _guarded(job, leading.lease)) for name, (every_s, job) in jobs.items()}


def _guarded(job: Callable[[], Awaitable[None]], lease: Lease) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        if lease.holds:
            await job()

    return run


async def beside(stopped: asyncio.Event, *running: Coroutine[Any, Any, None]) -> None:
    """Let ``running`` run until ``stopped`` is set."""
    tasks = [asyncio.create_task(one) for one in running]
    await stopped.wait()
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


def answered(
    authority: Authority,
    admit: Callable[[JoinParcel], Awaitable[bytes]],
    publish: Callable[[], Awaitable[None]],
) -> Mapping[str, Operation]:
    """What other processes ask by themselves of the lead that has ``authority``.

    Args:
        admit: answers a node that joins.
        publish: offers the authority's newest roster.
    """

    async def admitted(_: Actor, wanted: Admit, __: Report = silent) -> bytes:
        return await admit(wanted.parcel)

    async def renewed(_: Actor, wanted: Renew, __: Report = silent) -> bytes:
        certificate = await asyncio.to_thread(authority.renew, wanted.request)
        await publish()
        return certificate

    async def certified(_: Actor, wanted: Certify, __: Report = silent) -> bytes:
        return await asyncio.to_thread(authority.certify, NodeId(wanted.node))

    async def settled(_: Actor, wanted: Settle, __: Report = silent) -> bool:
        done = await asyncio.to_thread(authority.settle, NodeId(wanted.node), wanted.shown)
        if done:
            await publish()
        return done

    async def moved(_: Actor, wanted: MoveAhead, __: Report = silent) -> bool:
        await asyncio.to_thread(authority.move_ahead, wanted.by)
        await publish()
        return True

    async def noted(_: Actor, wanted: Note, __: Report = silent) -> bool:
        def add() -> None:
            authority.audit.add(
                actor=wanted.actor,
                action=wanted.action,
                subject=wanted.subject,
                outcome=wanted.outcome,
                detail=wanted.detail,
            )

        await asyncio.to_thread(add)
        return True

    return handlers(
        Handler(ADMIT, admitted),
        Handler(RENEW, renewed),
        Handler(CERTIFY, certified),
        Handler(SETTLE, settled),
        Handler(MOVE_AHEAD, moved),
        Handler(NOTE, noted),
    )
