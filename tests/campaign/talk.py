"""One exchange between two nodes over a line in memory, with every acknowledgement checked."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from protocol.envelope.envelope import Lane, read_envelope
from protocol.errors import BlobUnknownError, LineError
from protocol.exchange.messages import Ack, EditionNews, EnvelopeItem, Item, Message, Part
from protocol.exchange.wire import FrameReader
from runtime.line.conversation import Conversation
from tests.builders.disks.power import PowerCut
from tests.builders.lines.links import Line, MemoryLink
from tests.campaign.judging.promises import Breach, Failure, Promise, require_all
from tests.campaign.nodes import Machine, Pc
from tests.campaign.shutters import lanes_of, shut_lanes

# of a blob whose envelope was lost with a disk: it comes again with it
_HONEST_REFUSALS = frozenset({BlobUnknownError.code})
_LONGEST_S = 3600.0  # virtual; whatever is cut, an exchange between two that run ends before


@dataclass(slots=True, kw_only=True)
class _Watch:
    """Reads what one side says, and compares its Acks with its disk."""

    reporter: Machine
    said: list[Item] = field(default_factory=list)
    acked: int = 0
    frames: FrameReader = field(default_factory=FrameReader)
    other: "_Watch | None" = None
    wrong: list[Breach] = field(default_factory=list)

    def hear(self, data: bytes) -> None:
        for message in self.frames.feed(data):
            self._note(message)

    def _note(self, message: Message) -> None:
        if isinstance(message, EnvelopeItem | Part | EditionNews):
            self.said.append(message)
        elif isinstance(message, Ack) and self.other is not None:
            refused = dict(message.refused)
            for number in range(self.acked + 1, message.upto + 1):
                if number not in refused:
                    self._compare(self.other.said[number - 1])
                elif refused[number] not in _HONEST_REFUSALS:
                    how = f"{self.reporter.name} refused: {refused[number]}"
                    self.wrong.append(Breach(Promise.TAKEN, how))
            self.acked = message.upto

    def _compare(self, item: Item) -> None:
        if not is_on_disk(self.reporter, item):
            how = f"{self.reporter.name} acknowledged a {type(item).__name__} it has not committed"
            self.wrong.append(Breach(Promise.ACKNOWLEDGED, how))


def is_on_disk(machine: Machine, item: Item) -> bool:
    """Whether ``item`` is committed there, or what is newer."""
    disk, station = machine.disk, isinstance(machine, Pc)
    match item:
        case EnvelopeItem(wire=wire):
            envelope = read_envelope(wire).id
            return disk.held_at_station(envelope) if station else disk.held_at_server(envelope)
        case Part():
            held = disk.blob_bytes_at_station if station else disk.blob_bytes_at_server
            return held(item.blob) >= item.offset + len(item.data)
        case EditionNews():
            return True  # what became of it shows in the version that the node holds


async def talk(child: Machine, parent: Machine, line: Line, exchange: bytes) -> None:
    """One exchange; a broken line and a lack of power are no errors here.

    Raises:
        Failure: anything else went wrong.
    """
    mine, theirs = _Watch(reporter=child), _Watch(reporter=parent)
    mine.other, theirs.other = theirs, mine
    shut = {machine: shut_lanes(machine.roster, child.identity.node) for machine in (child, parent)}
    sides = [
        _side(child, parent, line.child, exchange, mine, child_side=True),
        _side(parent, child, line.parent, exchange, theirs, child_side=False),
    ]
    try:
        async with asyncio.timeout(_LONGEST_S):
            ends = await asyncio.gather(*sides, return_exceptions=True)
    except TimeoutError:
        how = f"{child.name} and {parent.name} never came to an end"
        raise Failure([Breach(Promise.RUNS, how)]) from None
    for machine, end in zip((child, parent), ends, strict=True):
        if isinstance(end, BaseException) and not isinstance(end, LineError | PowerCut):
            how = f"{machine.name}: {type(end).__name__}: {end}"
            raise Failure([Breach(Promise.RUNS, how)]) from end
    require_all(
        [
            *mine.wrong,
            *theirs.wrong,
            *_let_through(mine, shut, child),
            *_let_through(theirs, shut, child),
        ]
    )


def _let_through(
    watch: _Watch, shut: Mapping[Machine, frozenset[Lane]], child: Machine
) -> Iterable[Breach]:
    """What went in a lane that was shut before and after, by what the speaker knew."""
    machine = watch.reporter
    still = shut[machine] & shut_lanes(machine.roster, child.identity.node)
    for lane in sorted(still & lanes_of(watch.said)) if still else ():
        yield Breach(Promise.SHUT, f"{machine.name} sent in lane {lane.name.lower()}")


async def _side(
    here: Machine,
    there: Machine,
    link: MemoryLink,
    exchange: bytes,
    watch: _Watch,
    *,
    child_side: bool,
) -> None:
    link.watch = watch.hear
    exchange_store = here.exchange_store_for(there.node)  # type: ignore[attr-defined]
    greeting = await exchange_store.greeting()
    if child_side:
        hello = greeting.hello(exchange)
    else:  # as if the child held none: its Hello is still under way
        hello = greeting.answer(exchange, time_ms=here.clock.now_ms(), child_n=None)
    await Conversation(
        link=link,
        exchange_store=exchange_store,
        clock=here.clock,
        child=child_side,
        careful=greeting.careful if child_side else True,
        hello=hello,
    ).run()
