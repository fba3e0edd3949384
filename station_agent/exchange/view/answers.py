"""What becomes of items that were pushed to the parent: it holds them, or it refuses them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from protocol.exchange.lanes import Waiting
from protocol.exchange.pace.backpressure import Backpressure
from protocol.ids import NodeId
from protocol.ports import Clock
from station_agent.exchange.view.progress import Progress
from station_agent.store import outbox, refusals
from station_agent.store.db import Transaction

log = logging.getLogger(__name__)

Acks = Sequence[tuple[Waiting, str | None]]
"""Items, and the codes by which some of them were refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Of one exchange."""

    node: NodeId
    backpressure: Backpressure
    progress: Progress
    clock: Clock

    def note(self, tx: Transaction, acks: Acks) -> bool:
        """Whether blobs can go now that could not before."""
        good = [item for item, code in acks if code is None]
        parts = [item for item in good if item.parts and item.key not in self.progress.refused]
        outbox.holds_blob(tx, [(part.key, part.offset) for part in parts])
        for item, code in acks:
            if code is not None:
                self._note_refusal(tx, item, code)
        return outbox.take_custody(tx, [item.key for item in good if not item.parts])

    def _note_refusal(self, tx: Transaction, item: Waiting, code: str) -> None:
        refused = self.progress.refused
        if self.backpressure.told(code, self.node):
            pass  # it stays as it is, and goes when there is room
        elif not item.parts:
            refusals.refuse_envelope(tx, item.key, code, self.clock.now_ms())
        elif item.key not in refused:  # its other parts on the way are refused as well
            refused.add(item.key)
            refusals.refuse_blob(tx, item.key, code, self.clock.now_ms())
        log.warning(
            "item refused by the parent",
            extra={"event": "exchange-store.refused", "item": item.key.hex(), "code": code},
        )
