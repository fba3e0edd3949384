"""What the queue of one node works with: its blobs, who waits for news, in which order it goes."""

from dataclasses import dataclass

from central.relay.ports.blobs import BlobStore
from central.relay.queue.cursor import Cursor
from central.relay.queue.wakeups import Wakeups
from protocol.ports import Randomness


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """All of it; the rows are in the store."""

    files: BlobStore
    wakeups: Wakeups
    cursor: Cursor
    randomness: Randomness  # of what the node posts itself
