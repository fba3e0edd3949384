"""The sending half of an exchange: what goes next, and what must be asked first."""

import asyncio
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import EVERY_LANE, LaneScheduler, Waiting
from protocol.exchange.messages import PREFIX_BYTES, Hello, Item, Offer, Part, Want, blob_name
from protocol.exchange.session import Session
from protocol.exchange.store import ExchangeStore
from protocol.limits import IN_FLIGHT, KIB, OFFER_IDS
from protocol.ports import Clock
from runtime.line.rate import ProbedRate
from runtime.line.send_window import SendWindow

_REFILL = 128  # items of one lane known at a time; the rest waits in the store
_BURST_BYTES = 64 * KIB  # read and sent at once; an urgent item waits for one burst at most
_UNACKNOWLEDGED = tuple(
    lane for lane in Lane if lane is not Lane.CATALOGUE
)  # its Hello tells of those


class Sender:
    """Feeds a session from an exchange store: asks what is in doubt, then pushes by lanes."""

    def __init__(
        self,
        *,
        session: Session,
        exchange_store: ExchangeStore,
        clock: Clock,
        exchange: bytes,
        careful: bool,
    ) -> None:
        self._session, self._exchange_store, self._clock = session, exchange_store, clock
        self._exchange, self._careful = exchange, careful
        self._meter = exchange_store.meter
        self.rate = ProbedRate(clock)
        self.paced = False  # what waits goes only when the budget's rate allows for it
        self._send_window = SendWindow(clock)
        self._lanes = LaneScheduler()
        self._cursor = dict.fromkeys(Lane, 0)
        self._dry = dict.fromkeys(Lane, False)  # the store had no more when last asked
        self._to_ask = 0
        self._asked: list[Waiting] = []
        self._flying: set[tuple[str, bytes]] = set()
        self._begun: set[tuple[str, bytes]] = (
            set()
        )  # blobs whose first parts went, with the rest in a lane
        self._pushed = False
        self._stepping = asyncio.Lock()  # what the peer says must not come in the middle of a step

    @property
    def asking(self) -> bool:
        """Nothing is pushed before the peer's hello, or its answer to an offer, has come."""
        return self._careful or self._session.asking

    @property
    def at_rest(self) -> bool:
        """Nothing known to wait that the budget lets go, and nothing in doubt."""
        if self.asking or self._to_ask:
            return False
        lanes = self._not_shut()
        return not self._lanes.waits_in(lanes) and all(self._dry[lane] for lane in lanes)

    @property
    def pause_s(self) -> float | None:
        """Seconds until the budget lets go what waits; None if it waits for something else."""
        if not self.paced:
            return self._meter.opens_in_s()
        return self._meter.pause_s(self._lanes.waits_in(self._not_shut()))

    def _not_shut(self) -> AbstractSet[Lane]:
        return EVERY_LANE - self._meter.shut().keys()

    def wake(self) -> None:
        """The store may hold something new."""
        self._dry = dict.fromkeys(Lane, False)

    async def met(self, hello: Hello) -> None:
        """The peer has introduced itself."""
        async with self._stepping:
            self._to_ask = await self._exchange_store.meet(hello)
            self._careful = False
            self._start_over()

    async def answered(self, want: Want) -> None:
        """The peer told what it holds of our offer: confirm that, and queue the rest."""
        async with self._stepping:
            held = list(self._sort_out(want))
            if held:
                await self._exchange_store.confirmed(held)

    def _sort_out(self, want: Want) -> Iterator[tuple[Waiting, None]]:
        """What the peer holds of what was asked; the rest is queued. An answer may be short."""
        asked, self._asked = self._asked, []
        now_ms = self._clock.now_ms()
        for at, item in enumerate(item for item in asked if not item.parts):
            if want.have_envelopes[at : at + 1] == b"\x01":
                yield item, None
            else:
                self._lanes.add(item, now_ms=now_ms)
        for at, item in enumerate(item for item in asked if item.parts):
            have = want.have_blob_bytes[at] if at < len(want.have_blob_bytes) else 0
            rest = replace(item, offset=min(max(have, 0), item.size))
            if rest.offset == rest.size:
                yield rest, None
            else:
                self._lanes.add(rest, now_ms=now_ms)

    async def confirmed(self, tokens: Sequence[tuple[object, str | None]]) -> None:
        """The peer acknowledged these pushes."""
        acks = [(token, code) for token, code in tokens if isinstance(token, Waiting)]
        async with self._stepping:  # a step that reads the store now would find them waiting
            await self._exchange_store.confirmed(acks)
            self.rate.confirmed(len(acks))
            self._send_window.confirmed(len(acks))
            self._flying -= {item.name for item, _ in acks}

    def give_up_asking(self) -> None:
        """No answer comes back on this path: push what was asked about."""
        self._session.give_up_asking()
        self._careful = False
        for item in self._asked:
            self._lanes.add(item)
        self._asked, self._to_ask = [], 0

    def unbind(self) -> bool:
        """No acknowledgement comes back on this path: do without. Whether more can go now."""
        return self._send_window.free()

    async def step(self) -> bool:
        """Queue the next frames in the session; False if there is nothing to do now."""
        async with self._stepping:
            self.paced = False
            if self.asking:
                return False
            if self._to_ask:
                return await self._ask()
            return await self._push()

    def _start_over(self) -> None:
        """Read the store from its beginning again; blobs that have begun go on where they are."""
        rests = [item for item in self._lanes if item.name in self._begun]
        self._lanes = LaneScheduler()
        for item in rests:
            self._lanes.add(item, now_ms=self._clock.now_ms())
        self._cursor = dict.fromkeys(Lane, 0)
        self.wake()

    def _on_its_way(self, item: Waiting) -> bool:
        return item.name in self._flying or item.name in self._begun

    async def _ask(self) -> bool:
        room = OFFER_IDS
        after: dict[Lane, int] = {lane: self._cursor[lane] for lane in _UNACKNOWLEDGED}
        found = await self._exchange_store.waiting(after, min(room, self._to_ask))
        for lane in _UNACKNOWLEDGED:
            taken = found.get(lane, ())[:room]
            room -= len(taken)
            self._asked += self._new_of(lane, taken)
        if room:
            self._to_ask = 0
        self._offer()
        return True

    def _offer(self) -> None:
        if self._asked:
            self._session.offer(
                Offer(
                    envelopes=tuple(i.key[:PREFIX_BYTES] for i in self._asked if not i.parts),
                    blobs=tuple(blob_name(i.ref) for i in self._asked if i.parts),
                )
            )

    async def _push(self) -> bool:
        room_bytes = self._room_bytes()
        if room_bytes <= 0:
            return False
        await self._refill()
        if self._session.asking:
            return True
        part_bytes = min(self._send_window.part_bytes, self._meter.part_bytes())
        burst = self._take_burst(room_bytes, part_bytes)
        if not burst:
            return False
        if not self._pushed:
            self._pushed = True
            await self._exchange_store.pushing(self._exchange)
        bodies = await self._exchange_store.read(burst, part_bytes)
        if self._meter.capped():
            await self._exchange_store.keep_spent()
        for item, body in zip(burst, bodies, strict=True):
            if body is not None:
                self._say(item, body)
        return True

    def _room_bytes(self) -> int:
        """How much may go now; not above 0: nothing."""
        if self._session.peer is not None and self._session.in_flight >= IN_FLIGHT:
            return 0
        room_bytes = self._send_window.room_bytes
        return _BURST_BYTES if room_bytes is None else min(_BURST_BYTES, room_bytes)

    def _say(self, item: Waiting, body: Item) -> None:
        token, size = item, item.size
        if isinstance(body, Part):
            size = len(body.data)
            token = replace(item, offset=body.offset + size)
            self._begun.discard(item.name)
            if token.offset < token.size:
                self._begun.add(item.name)
                self._lanes.put_back(token, now_ms=self._clock.now_ms())
        self._flying.add(item.name)
        self.rate.pushed(size)
        self._send_window.pushed(size)
        self._session.push(body, token)

    async def _refill(self) -> None:
        """Look into the store once for all lanes that have room."""
        dry = self._dry  # a ring in the middle puts another one in its place
        lanes = self._not_shut()
        open_lanes = [lane for lane in sorted(lanes) if not dry[lane] and self._has_room(lane)]
        if not open_lanes:
            return
        after = {lane: self._cursor[lane] for lane in open_lanes}
        found = await self._exchange_store.waiting(after, _REFILL)
        for lane in open_lanes:
            waiting = found.get(lane, ())
            dry[lane] = len(waiting) < _REFILL
            for item in self._new_of(lane, waiting):
                if item.doubted:
                    self._asked.append(item)
                else:
                    self._lanes.add(item, now_ms=self._clock.now_ms())
        self._offer()

    def _has_room(self, lane: Lane) -> bool:
        return self._lanes.count(lane) <= _REFILL // 2

    def _new_of(self, lane: Lane, found: Sequence[Waiting]) -> list[Waiting]:
        """Those of ``found`` that are not under way; the next look goes behind them all."""
        if found:
            self._cursor[lane] = found[-1].position
        return [item for item in found if not self._on_its_way(item)]

    def _take_burst(self, room_bytes: int, part_bytes: int) -> list[Waiting]:
        burst: list[Waiting] = []
        total = 0
        while total < room_bytes and len(burst) < _REFILL:
            item = self._lanes.next(part_bytes, self._meter.ready())
            if item is None:
                self.paced = not burst and bool(self._lanes.waits_in(self._not_shut()))
                break
            size = min(item.size - item.offset, part_bytes) if item.parts else item.size
            self._meter.charge(item.lane, size)
            burst.append(item)
            total += size
            if item.parts:
                break  # its rest goes before the next blob of its origin
        return burst
