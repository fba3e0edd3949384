"""Two depots that hold an exchange over a line in memory; every Ack is checked on its way."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from protocol.exchange.messages import Ack, Message
from protocol.exchange.wire import FrameReader
from runtime.line.conversation import Conversation, Tally
from tests.builders.lines.exchange_stores import MemoryExchangeStore
from tests.builders.lines.links import Line, MemoryLink
from tests.builders.virtual_time import LoopClock

_numbers = itertools.count(1)


@dataclass(kw_only=True)
class Side:
    """What one side of an exchange has come to."""

    exchange_store: MemoryExchangeStore
    tally: Tally | None = None
    error: BaseException | None = None
    said: list[Message] = field(default_factory=list)


@dataclass(kw_only=True)
class Exchange:
    """An exchange that may be watched and stopped while it runs."""

    child: Side
    parent: Side
    line: Line
    conversations: list[Conversation] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Both sides ended in order."""
        return self.child.error is None and self.parent.error is None

    def messages(self, kind: type[Message]) -> int:
        """How many messages of ``kind`` were said by both together."""
        return sum(isinstance(m, kind) for side in (self.child, self.parent) for m in side.said)


def prepare(
    child: MemoryExchangeStore, parent: MemoryExchangeStore, line: Line | None = None
) -> Exchange:
    """An exchange that has not begun."""
    return Exchange(
        child=Side(exchange_store=child), parent=Side(exchange_store=parent), line=line or Line()
    )


async def hold(
    exchange: Exchange, *, linger_s: int = 0, report: Callable[[Tally], None] | None = None
) -> Exchange:
    """Run ``exchange`` to its end; what either side raised is kept with it."""
    clock = LoopClock()
    number = next(_numbers).to_bytes(8, "big")
    running = []
    for side, link, is_child in (
        (exchange.child, exchange.line.child, True),
        (exchange.parent, exchange.line.parent, False),
    ):
        _listen(side, link, number)
        greeting = await side.exchange_store.greeting()
        conversation = Conversation(
            link=link,
            exchange_store=side.exchange_store,
            clock=clock,
            child=is_child,
            careful=greeting.careful if is_child else True,
            report=report if is_child else None,
            hello=greeting.hello(number, linger_s=linger_s)
            if is_child
            else greeting.answer(number, time_ms=clock.now_ms(), child_n=None),
        )
        exchange.conversations.append(conversation)
        running.append(asyncio.create_task(conversation.run()))
    ends = await asyncio.gather(*running, return_exceptions=True)
    for side, end in zip((exchange.child, exchange.parent), ends, strict=True):
        if isinstance(end, BaseException):
            side.error = end
        else:
            side.tally = end
    return exchange


async def hold_exchange(
    child: MemoryExchangeStore,
    parent: MemoryExchangeStore,
    line: Line | None = None,
    *,
    linger_s: int = 0,
) -> Exchange:
    """One exchange, prepared and held."""
    return await hold(prepare(child, parent, line), linger_s=linger_s)


def _listen(side: Side, link: MemoryLink, number: bytes) -> None:
    """Keep what ``side`` says, and check that its Acks cover only what its depot committed."""
    frames = FrameReader()

    def watch(data: bytes) -> None:
        for message in frames.feed(data):
            side.said.append(message)
            if isinstance(message, Ack):
                committed = side.exchange_store.committed.get(number, 0)
                assert message.upto <= committed, f"Ack {message.upto}, committed {committed}"

    link.watch = watch
