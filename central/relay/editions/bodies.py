"""Editions that come in parts: put together in memory, as nothing of them counts before the end."""

from typing import TYPE_CHECKING

from central.relay.editions.service import Editions
from central.relay.queue.receiver import Batch
from protocol.errors import PeerError, UnexpectedError
from protocol.ids import NO_ORIGIN

if TYPE_CHECKING:
    from protocol.exchange.messages import EditionNews


class EditionBodies:
    """What was announced in one exchange, and what of it has come."""

    def __init__(self, editions: Editions) -> None:
        self._editions = editions
        self.announced: dict[bytes, EditionNews] = {}
        self._bodies: dict[bytes, bytearray] = {}

    def collect(self, batch: Batch) -> None:
        """Parts that belong to an announced edition are put together in memory."""
        self._bodies = {b: body for b, body in self._bodies.items() if b in self.announced}
        for ref in [ref for ref in batch.parts if ref.origin == NO_ORIGIN]:
            if ref.blob not in self.announced:
                continue
            blob, news = ref.blob, self.announced[ref.blob]
            body = self._bodies.setdefault(blob, bytearray())
            parts = batch.parts.pop(ref)
            for at, part in parts:
                if part.offset + len(part.data) <= len(body):
                    continue  # its batch is tried again
                if part.offset != len(body) or part.size != news.size:
                    batch.refused.append((at, UnexpectedError.code))
                    continue
                body += part.data
            if len(body) == news.size:
                del self.announced[blob], self._bodies[blob]
                try:
                    batch.editions.append(self._editions.check(news, bytes(body)))
                except PeerError as exc:
                    batch.refused.append((parts[-1][0], exc.code))
