"""Requests to join that come by stick: answered where the county can be asked, else kept.

County and hub do the same; they differ in whom they ask. What a hub can't pass on now it keeps in
``DATA/joining``, tries again by line, and puts on every stick that it packs, so that the county may
get it that way. An answer goes to the stick that brought the request, and to every later one.

A stick is nobody's word: a request counts with a ticket of the county's, an answer with the
county's signature, whatever else lies under its name. What is kept is named by its sealed bytes, so
copies under other names are one. So strangers fill no list, hold up no request, and put no words on
a clerk's screen.

Source: docs/protocol.md section 11.1.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from central.relay.service import Relay
from protocol.errors import LineError, PeerError, SignatureError, StickError, YizhanError
from protocol.ids import NodeId
from protocol.limits import MAX_JOINS_OF_NODE, MAX_STICK_JOINS
from protocol.trust.enrolment import (
    JoinParcel,
    JoinVerdict,
    check_ticket,
    read_parcel,
    read_verdict,
    sealed_hash,
)
from protocol.trust.roster import State
from runtime.control.owner import Report
from runtime.sticks.calls import Stick
from runtime.sticks.carried import Carried
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
        joins = await asyncio.to_thread(self._copy, JoinFolder.on_stick(folder), carried)
        carried.carried_joins(joins)
        return carried

    async def take_in(self, folder: Path, report: Report) -> Carried:
        """Answer requests to join, or keep them; then store what else lies there."""
        found, refused = JoinFolder.on_stick(folder), Carried()
        known = await asyncio.to_thread(self._keep, found, refused)
        await self.ask_again()
        answered = await asyncio.to_thread(self._answer, found, refused)
        carried = await self._stick.take_in(folder, report)
        for file, code in refused.refused.items():
            carried.refuse(file, code)
        carried.carried_joins(answered, kept=max(0, known - answered))  # not nothing
        return carried

    async def ask_again(self) -> None:
        """Try every kept request that has no answer; a slow job of the hub."""
        for name in await asyncio.to_thread(self._unanswered):
            try:
                parcel = read_parcel(await asyncio.to_thread(self._kept.ask, name))
                answer = await self._admit(parcel)
                self._verdict(parcel, answer)
            except LineError:
                return  # they stay where they are
            except YizhanError as exc:  # not the county's word: it is asked another time
                log.warning("join not answered", extra={"event": "join.failed", "code": exc.code})
            else:
                await asyncio.to_thread(self._kept.put_answer, name, answer)

    def _unanswered(self) -> list[JoinName]:
        return sorted(self._kept.asks() - self._kept.answers())

    def _keep(self, found: JoinFolder, refused: Carried) -> int:
        """Take over requests, and the county's answers to those that are kept; how many count."""
        kept, carried = self._kept.asks(), self._carried(found)
        for there in sorted(found.answers()):
            name = carried.get(there, there)
            if name in kept:
                self._one(refused, there, partial(self._take_answer, found, there, name))
        asks = sorted(found.asks())
        return sum(self._one(refused, name, partial(self._take, found, name)) for name in asks)

    def _carried(self, found: JoinFolder) -> dict[JoinName, JoinName]:
        """Requests on a stick, and the names by which they are kept."""
        names: dict[JoinName, JoinName] = {}
        for there in found.asks():
            with suppress(StickError, PeerError):
                names[there] = JoinName.carried(read_parcel(found.ask(there)))
        return names

    def _take_answer(self, found: JoinFolder, there: JoinName, name: JoinName) -> None:
        answer = found.answer(there)
        self._verdict(read_parcel(self._kept.ask(name)), answer)
        self._kept.put_answer(name, answer)

    def _take(self, found: JoinFolder, name: JoinName) -> None:
        data = found.ask(name)
        parcel = read_parcel(data)
        check_ticket(parcel, self._relay.identity.root)
        if name.node != parcel.node:
            raise PeerError("the request is of another node than its file says")
        carried = JoinName.carried(parcel)
        told = self._known(found, name, parcel)
        kept = self._known(self._kept, carried, parcel)
        if told is None and (kept is None or kept.code):  # refused before, and asked anew
            self._make_room(carried)
            self._kept.put_ask(carried, data)

    def _known(self, folder: JoinFolder, name: JoinName, parcel: JoinParcel) -> JoinVerdict | None:
        """The county's word on a request, if ``folder`` has it; junk under its name is none."""
        try:
            return self._verdict(parcel, folder.answer(name))
        except (PeerError, StickError):
            return None

    def _verdict(self, parcel: JoinParcel, answer: bytes) -> JoinVerdict:
        verdict = read_verdict(self._relay.identity.root, answer, parcel)
        if verdict.sealed != sealed_hash(parcel):
            raise SignatureError("the answer to another request")
        return verdict

    def _make_room(self, name: JoinName) -> None:
        """Requests of one node, and all of them, are kept up to a number; the oldest go."""
        kept = self._kept.by_age()
        same = [one for one in kept if one.node == name.node and one != name]
        gone = same[: max(0, len(same) + 1 - MAX_JOINS_OF_NODE)]
        if len(kept) - len(gone) >= MAX_STICK_JOINS:
            worth = partial(self._worth, self._kept.answers())
            gone.append(min((one for one in kept if one not in gone), key=worth))
        for one in gone:
            self._kept.drop(one)

    def _worth(self, answered: set[JoinName], name: JoinName) -> tuple[bool, bool]:
        """What is answered goes first, then what nobody waits for by the roster held here."""
        entry = self._relay.editions.roster.nodes.get(name.node)
        expected = entry is None or entry.state is State.INVITED  # the roster may be older
        return name not in answered, expected

    def _answer(self, found: JoinFolder, refused: Carried) -> int:
        """Leave answers for the requests on a stick; how many."""
        answered = self._kept.answers()
        asked = self._carried(found).items()
        names = {there: name for there, name in asked if name in answered}
        return self._hand_back(names, found, refused)

    def _copy(self, stick: JoinFolder, refused: Carried) -> int:
        """Everything kept, to a stick that goes out; how many files."""
        answered, carried = self._kept.answers(), self._carried(stick)
        asks = self._kept.asks() - answered - {*carried.values()}
        for name in sorted(asks):
            self._one(refused, name, partial(self._hand_on, name, stick))
        names = {there: name for there, name in carried.items() if name in answered}
        for name in answered - {*names.values()}:
            names[self._asked_as(name)] = name
        return self._hand_back(names, stick, refused) + len(asks)

    def _asked_as(self, name: JoinName) -> JoinName:
        """The name under which its node looks for the answer to a kept request."""
        parcel = read_parcel(self._kept.ask(name))
        return JoinName.of(name.node, self._verdict(parcel, self._kept.answer(name)).about)

    def _hand_back(
        self, names: Mapping[JoinName, JoinName], stick: JoinFolder, refused: Carried
    ) -> int:
        """The county's answers, in place of whatever lies there; how many were not there.

        Args:
            names: as the stick has them, and as they are kept.
        """
        written = 0
        for there, name in sorted(names.items()):
            answer = self._kept.answer(name)
            try:
                before = stick.answer(there)
            except (StickError, PeerError):
                before = b""
            if before != answer:
                self._one(refused, there, partial(stick.put_answer, there, answer))
                written += 1
        return written

    def _hand_on(self, name: JoinName, stick: JoinFolder) -> None:
        stick.put_ask(name, self._kept.ask(name))

    def _one(self, refused: Carried, name: JoinName, work: Callable[[], None]) -> bool:
        """Whether it was done; a file that does not fit must not keep the others."""
        try:
            work()
        except (StickError, PeerError) as exc:
            refused.refuse(str(name), exc.code)
            return False
        return True
