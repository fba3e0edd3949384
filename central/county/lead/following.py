"""What other processes have written is looked for, once a second: nobody has to tell."""

import logging
from collections.abc import Awaitable, Callable

from central.relay.service import Relay
from protocol.errors import PeerError, StoreError

log = logging.getLogger(__name__)

FOLLOW_S = 1.0


async def follow(relay: Relay, first: Callable[[], Awaitable[None]]) -> None:
    """Adopt newer editions, and let open exchanges look for what others have posted; for ever.

    Args:
        first: before each look: keys are known before the roster that names their nodes.
    """
    while True:
        try:
            await first()
            await relay.editions.follow()
            relay.queue.wakeups.ring_all()
        except (StoreError, PeerError) as exc:
            fields = {"event": "follow.failed", "code": exc.code}
            log.warning("what other processes wrote can't be read", extra=fields)
        await relay.clock.sleep(FOLLOW_S)


async def follow_nothing() -> None:
    """For a process that knows its authority itself."""
