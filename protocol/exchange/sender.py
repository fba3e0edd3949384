"""The sending half of an exchange: what goes next, and what must be asked first.

:meth:`Sender.next` names one step. :class:`Look` wants to know what waits, and is answered with
:meth:`Sender.found`; :class:`Read` wants the content of some items, and is answered with
:meth:`Sender.push`. No word of the peer may come in the middle of a step.

Source: docs/protocol.md sections 8.2, 8.4 and 8.5.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from protocol.envelope.envelope import Lane
from protocol.exchange.known import REFILL, Known, Look
from protocol.exchange.lanes import EVERY_LANE, Waiting
from protocol.exchange.messages import PREFIX_BYTES, Item, Offer, Part, Want, blob_name
from protocol.exchange.meter import Meter
from protocol.exchange.pace.send_window import Rate, SendWindow
from protocol.exchange.session import Session
from protocol.exchange.states import OutOfTurnError, State
from protocol.exchange.unacknowledged import Push
from protocol.limits import IN_FLIGHT, KIB, OFFER_IDS

_BURST_BYTES = 64 * KIB  # read and sent at once; an urgent item waits for one burst at most
_UNACKNOWLEDGED = tuple(
    lane for lane in Lane if lane is not Lane.CATALOGUE
)  # its Hello tells of those


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """One moment by both clocks (protocol.ports.Clock)."""

    ticks_s: float
    wall_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Read these out of the store, blobs in parts of at most ``part_bytes``."""

    items: Sequence[Waiting]
    part_bytes: int
    first: bool  # the first of this exchange: the store notes first that it may break off
    capped: bool  # what has gone today is put on disk before they go


@dataclass(slots=True)
class _Asking:
    """What is in doubt, and what was asked about it."""

    greeting: bool  # nothing goes before the peer's Hello
    left: int = 0  # items of each lane that are still to be asked about
    items: list[Waiting] = field(default_factory=list)  # in the Offer that is open


class Sender:
    """Feeds a session from a store: asks what is in doubt, then pushes by lanes."""

    def __init__(self, session: Session, meter: Meter, *, careful: bool) -> None:
        self._session, self._meter = session, meter
        self._unacknowledged = session.unacknowledged
        self._asking = _Asking(greeting=careful)
        self.rate, self._window = Rate(), SendWindow(session.unacknowledged)
        self.paced = False  # what waits goes only when the budget's rate allows for it
        self._queue = Known()
        self._step: Look | Read | None = None  # that waits for its answer

    @property
    def asking(self) -> bool:
        """Nothing is pushed before the peer's Hello, or its answer to an Offer, has come."""
        return self._asking.greeting or self._session.ours is State.ASKING

    @property
    def at_rest(self) -> bool:
        """Nothing known to wait that the budget lets go, and nothing in doubt."""
        if self.asking or self._asking.left:
            return False
        lanes = self._open_lanes()
        return not self._queue.lanes.waits_in(lanes) and self._queue.is_dry(lanes)

    @property
    def pause_s(self) -> float | None:
        """Seconds until the budget lets go what waits; None if it waits for something else."""
        if not self.paced:
            return self._meter.opens_in_s()
        return self._meter.pause_s(self._queue.lanes.waits_in(self._open_lanes()))

    def wake(self) -> None:
        """The store may hold something new."""
        self._queue.wake()

    def greeted(self, to_ask: int, now: Now) -> None:
        """The peer has introduced itself; ``to_ask`` items of each lane are in doubt."""
        self._require_between_steps()
        self._asking.greeting, self._asking.left = False, to_ask
        self._queue.start_over(now.wall_ms)

    def answered(self, want: Want, now: Now) -> Sequence[tuple[Waiting, str | None]]:
        """What the peer holds of what was asked; the rest is queued. An answer may be short."""
        self._require_between_steps()
        return list(self._sort_out(want, now.wall_ms))

    def acknowledged(self, pushes: Sequence[Push], now: Now) -> None:
        """The peer has answered these pushes; they are under way until :meth:`noted`."""
        self.rate.acknowledged(pushes, now.ticks_s)
        self._window.acknowledged(pushes, now.ticks_s)

    def noted(self, items: Sequence[Waiting]) -> None:
        """The store has noted what the peer answered."""
        self._require_between_steps()  # a step that reads the store now would find them waiting
        self._unacknowledged.noted(items)

    def give_up_asking(self, now: Now) -> None:
        """No answer comes back on this path: push what was asked about."""
        self._session.give_up_asking()
        for item in self._asking.items:
            self._queue.lanes.add(item, now_ms=now.wall_ms)
        self._asking = _Asking(greeting=False)

    def lift_window(self) -> bool:
        """No acknowledgement comes back on this path: do without. Whether more can go now."""
        return self._window.lift()

    def next(self) -> Look | Read | None:
        """The next step; None if there is nothing to do now."""
        self._require_between_steps()
        self.paced = False
        if not self.asking:
            self._step = self._look_to_ask() if self._asking.left else self._look_or_read()
        return self._step

    def found(self, found: Mapping[Lane, Sequence[Waiting]], now: Now) -> None:
        """What waits, as a :class:`Look` asked."""
        look, self._step = self._step, None
        if not isinstance(look, Look):
            raise OutOfTurnError("nothing was looked for")
        if self._session.ours is State.ERROR:
            return
        if look.asking:
            self._ask_about(found)
        else:
            self._take_in(look, found, now.wall_ms)
        self._offer()

    def push(self, bodies: Sequence[Item | None], now: Now) -> None:
        """The content of what a :class:`Read` named; None for what has gone meanwhile."""
        read, self._step = self._step, None
        if not isinstance(read, Read):
            raise OutOfTurnError("nothing was read for")
        if self._session.ours is State.ERROR:
            return
        for item, body in zip(read.items, bodies, strict=True):
            if body is not None:
                self._say(item, body, now)

    def _require_between_steps(self) -> None:
        if self._step is not None and self._session.ours is not State.ERROR:
            raise OutOfTurnError(f"{type(self._step).__name__} is not answered")

    def _open_lanes(self) -> AbstractSet[Lane]:
        return EVERY_LANE - self._meter.shut().keys()

    # asking

    def _look_to_ask(self) -> Look:
        after: dict[Lane, int] = {lane: self._queue.cursor[lane] for lane in _UNACKNOWLEDGED}
        return Look(after=after, limit=min(OFFER_IDS, self._asking.left), asking=True)

    def _ask_about(self, found: Mapping[Lane, Sequence[Waiting]]) -> None:
        left = OFFER_IDS
        for lane in _UNACKNOWLEDGED:
            taken = found.get(lane, ())[:left]
            left -= len(taken)
            self._asking.items += self._new_of(lane, taken)
        if left:
            self._asking.left = 0

    def _offer(self) -> None:
        if items := self._asking.items:
            self._session.offer(
                Offer(
                    envelopes=tuple(item.key[:PREFIX_BYTES] for item in items if not item.parts),
                    blobs=tuple(blob_name(item.ref) for item in items if item.parts),
                )
            )

    def _sort_out(self, want: Want, now_ms: int) -> Iterator[tuple[Waiting, None]]:
        asked, self._asking.items = self._asking.items, []
        for at, item in enumerate(item for item in asked if not item.parts):
            if want.have_envelopes[at : at + 1] == b"\x01":
                yield item, None
            else:
                self._queue.lanes.add(item, now_ms=now_ms)
        for at, item in enumerate(item for item in asked if item.parts):
            have = want.have_blob_bytes[at] if at < len(want.have_blob_bytes) else 0
            rest = replace(item, offset=min(max(have, 0), item.size))
            if rest.offset == rest.size:
                yield rest, None
            else:
                self._queue.lanes.add(rest, now_ms=now_ms)

    # pushing

    def _look_or_read(self) -> Look | Read | None:
        left_bytes = self._left_bytes()
        if left_bytes <= 0:
            return None
        lanes, looked = self._open_lanes(), self._queue.looked_last
        if look := self._queue.look_past(lanes) if looked else self._queue.look(lanes):
            return look
        part_bytes = min(self._window.part_bytes, self._meter.part_bytes())
        burst = self._take_burst(left_bytes, part_bytes)
        if not burst:
            return self._queue.look(lanes) if looked else None
        return Read(
            items=burst,
            part_bytes=part_bytes,
            first=self._queue.begin(),
            capped=self._meter.capped(),
        )

    def _left_bytes(self) -> int:
        """How much may go now; not above 0: nothing."""
        if self._session.peer is not None and len(self._unacknowledged) >= IN_FLIGHT:
            return 0
        left_bytes = self._window.left_bytes
        return _BURST_BYTES if left_bytes is None else min(_BURST_BYTES, left_bytes)

    def _take_burst(self, left_bytes: int, part_bytes: int) -> list[Waiting]:
        burst: list[Waiting] = []
        total = 0
        lanes = self._queue.lanes
        while total < left_bytes and len(burst) < REFILL:
            item = lanes.next(part_bytes, self._meter.ready())
            if item is None:
                self.paced = not burst and bool(lanes.waits_in(self._open_lanes()))
                break
            size = min(item.size - item.offset, part_bytes) if item.parts else item.size
            self._meter.charge(item.lane, size)
            burst.append(item)
            total += size
            if item.parts:
                break  # its rest goes before the next blob of its origin
        return burst

    def _take_in(self, look: Look, found: Mapping[Lane, Sequence[Waiting]], now_ms: int) -> None:
        for lane in look.after:
            waiting = found.get(lane, ())
            dry = len(waiting) < look.limit
            if look.without:
                fresh = self._unknown(self._queue.looked_past(lane, waiting, dry=dry))
            else:
                self._queue.looked(lane, dry=dry)
                fresh = self._new_of(lane, waiting)
            for item in fresh:
                if item.doubted:
                    self._asking.items.append(item)
                else:
                    self._queue.lanes.add(item, now_ms=now_ms)

    def _new_of(self, lane: Lane, found: Sequence[Waiting]) -> list[Waiting]:
        """Those of ``found`` that are not known yet; the next look goes behind them all."""
        if found:
            self._queue.cursor[lane] = found[-1].position
        return self._unknown(found)

    def _unknown(self, found: Sequence[Waiting]) -> list[Waiting]:
        """Those of ``found`` that are neither under way nor known to wait."""
        known = self._queue.names() if found else set()
        return [
            item
            for item in found
            if item.name not in known and not self._unacknowledged.is_under_way(item)
        ]

    def _say(self, item: Waiting, body: Item, now: Now) -> None:
        sent = item
        if isinstance(body, Part):
            sent = replace(item, offset=body.offset + len(body.data))
            self._queue.went_on(sent, now.wall_ms)
        self.rate.pushes(now.ticks_s, first=not self._unacknowledged)
        self._session.push(body, sent, now.ticks_s)
