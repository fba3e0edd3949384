"""Requests to join that come by stick: answered where the county can be asked, else kept.

County and hub do the same; they differ in whom they ask. What a hub can't pass on now it keeps in
``DATA/joining``, tries again by line, and puts on every stick that it packs, so that the county may
get it that way. An answer goes to the stick that brought the request, and to every later one.

Source: docs/protocol.md section 11.1.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from central.relay.service import Relay
from protocol.enrolment import JoinParcel, read_parcel
from protocol.errors import LineError, PeerError, StickError, YizhanError
from protocol.ids import NodeId
from protocol.limits import MAX_STICK_JOINS
from protocol.refusal import refusal_bytes, refusal_of
from runtime.control.owner import Report
from runtime.sticks.carried import Carried
from runtime.sticks.command import Stick
from runtime.sticks.joins import JoinFolder, JoinName

log = logging.getLogger(__name__)

Admit = Callable[[JoinParcel], Awaitable[bytes]]
KEPT = "joining"  # inside a data folder


class EnrollingStick:
    """A relay's stick that carries requests to join, too."""

    def __init__(self, stick: Stick, relay: Relay, admit: Admit, kept: Path) -> None:
        self._stick, self._relay, self._admit = stick, relay, admit
        self._kept = JoinFolder(kept)

    async def export(self, folder: Path, to: NodeId | None, report: Report) -> Carried:
        """Pack what waits, and everything that is known of requests to join."""
        carried = await self._stick.export(folder, to, report)
        carried.joins = await asyncio.to_thread(self._copy, JoinFolder.on_stick(folder), carried)
        return carried

    async def take_in(self, folder: Path, report: Report) -> Carried:
        """Answer requests to join, or keep them; then store what else lies there."""
        found, refused = JoinFolder.on_stick(folder), Carried()
        await asyncio.to_thread(self._keep, found, refused)
        await self.ask_again()
        answered = await asyncio.to_thread(self._answer, found, refused)
        carried = await self._stick.take_in(folder, report)
        for file, code in refused.refused.items():
            carried.refuse(file, code)
        carried.joins = answered
        return carried

    async def ask_again(self) -> None:
        """Try every kept request that has no answer; a slow job of the hub."""
        for name in await asyncio.to_thread(self._kept.asked):
            try:
                parcel = read_parcel(await asyncio.to_thread(self._kept.ask, name))
                answer = await self._admit(parcel)
            except LineError:
                return  # they stay where they are
            except (StickError, YizhanError) as exc:
                log.warning("join refused", extra={"event": "join.refused", "code": exc.code})
                await asyncio.to_thread(self._kept.put_refusal, name, self._refusal(exc))
            else:
                await asyncio.to_thread(self._kept.put_answer, name, answer)

    def _refusal(self, error: YizhanError) -> bytes:
        relay = self._relay
        refusal = refusal_of(error, node=relay.node, at_ms=relay.clock.now_ms())
        return refusal_bytes(relay.identity.keys.signer, refusal)

    def _keep(self, found: JoinFolder, refused: Carried) -> None:
        """Take over requests, and answers that the county gave to those that were kept."""
        kept = {*self._kept.asked(), *self._kept.answered()}
        for name in found.answered():
            if name in kept:
                self._one(refused, name, partial(found.copy_answer, name, self._kept))
        for name in found.asked():
            if len(kept) >= MAX_STICK_JOINS:
                refused.refuse(str(name), StickError.code)
                continue
            self._one(refused, name, partial(self._take, found, name))
            kept.add(name)

    def _take(self, found: JoinFolder, name: JoinName) -> None:
        parcel = found.ask(name)
        if not name.stem.startswith(read_parcel(parcel).node):
            raise PeerError("the request is of another node than its file says")
        self._kept.put_ask(name, parcel)

    def _answer(self, found: JoinFolder, refused: Carried) -> int:
        """Leave answers for the requests on a stick; how many."""
        asked, answered = set(found.asked()), 0
        for name in self._kept.answered():
            if name in asked:
                self._one(refused, name, partial(self._kept.copy_answer, name, found))
                answered += 1
        return answered

    def _copy(self, stick: JoinFolder, refused: Carried) -> int:
        """Everything kept, to a stick that goes out; how many files."""
        there = {*stick.answered()}
        answers = [name for name in self._kept.answered() if name not in there]
        asks = [name for name in self._kept.asked() if name not in {*stick.asked(), *there}]
        for name in answers:
            self._one(refused, name, partial(self._kept.copy_answer, name, stick))
        for name in asks:
            self._one(refused, name, partial(self._hand_on, name, stick))
        return len(answers) + len(asks)

    def _hand_on(self, name: JoinName, stick: JoinFolder) -> None:
        stick.put_ask(name, self._kept.ask(name))

    def _one(self, refused: Carried, name: JoinName, work: Callable[[], None]) -> None:
        """A file that does not fit must not keep the others."""
        try:
            work()
        except (StickError, PeerError) as exc:
            refused.refuse(str(name), exc.code)
