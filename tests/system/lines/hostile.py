"""A station that its owner turned hostile: enrolled, with its own valid keys, without manners."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from examples.sandbox import Program
from protocol.codec import pack, unpack
from protocol.envelope.envelope import Envelope, Lane, read_envelope
from protocol.envelope.keys import Context, Signed
from protocol.envelope.suites import OpeningKey, SuiteNumber, new_opening_key, seal
from protocol.errors import RefusedError
from protocol.exchange.lanes import Waiting
from protocol.ids import BlobRef, NodeId
from protocol.stick.names import FOLDER, FileKind, ItemName
from runtime.line.client import ParentClient
from runtime.line.tls import client_context
from runtime.node.identity import Identity, load_identity
from runtime.sticks.writer import StickWriter
from runtime.system import SystemClock, SystemRandomness
from tests.builders.lines.exchange_stores import MemoryExchangeStore


@dataclass
class Hostile:
    """Speaks for the folder of a station that does not run."""

    program: Program
    exchange_store: MemoryExchangeStore = field(init=False)
    identity: Identity = field(init=False)

    def __post_init__(self) -> None:
        self.identity = load_identity(self.program.data)
        self.exchange_store = MemoryExchangeStore(name="hostile", origin=self.identity.node)
        self._seq = 0
        self._key: OpeningKey = new_opening_key(SuiteNumber.X25519, SystemRandomness())

    def wire(self, to: str, *, lane: int = 2, blobs: Any = (), payload: bytes = b"x") -> bytes:
        """An envelope with a valid signature and any header, as no honest program makes it."""
        self._seq += 1
        header = {
            "v": 1,
            "s": 2,
            "o": bytes.fromhex(self.identity.node),
            "i": b"hostile!",
            "n": self._seq,
            "t": bytes.fromhex(to),
            "l": lane,
            "c": [0, None],
            "k": bytes(8),
            "b": [list(blob) for blob in blobs],
        }
        head = pack(header)
        sealed = seal(SuiteNumber.X25519, self._key.public_bytes(), payload, b"info" + head)
        signed = pack([head, sealed])
        signature = self.identity.keys.signer.sign(Context.ENVELOPE, signed)
        return pack(Signed(body=signed, signature=signature))

    def queue_parts(self, ref: BlobRef, data: bytes) -> None:
        """Send ``data`` as the blob ``ref``, whosever that is."""
        self.exchange_store._position += 1
        self.exchange_store.bodies[ref.blob] = data
        self.exchange_store.waits[ref.blob] = Waiting(
            key=ref.blob,
            lane=Lane.BLOBS,
            origin=ref.origin,
            size=len(data),
            position=self.exchange_store._position,
            parts=True,
        )

    async def exchange(self, parent: Program) -> dict[bytes, str]:
        """Call ``parent`` over a real socket; what was refused, by its key."""
        identity = self.identity
        client = ParentClient(
            url=parent.url,
            parent=NodeId(parent.node),
            context=client_context([identity.ca], identity.certificate_path, identity.key_path),
            clock=SystemClock(),
            randomness=SystemRandomness(),
        )
        self.exchange_store.clock = SystemClock()
        async with client:
            try:
                await client.exchange(self.exchange_store)
            except RefusedError as exc:
                return {b"": exc.code}
        refused, self.exchange_store.given_up = self.exchange_store.given_up, {}
        return refused

    def pack(self, folder: Path, to: str, wires: list[bytes], blobs: dict[BlobRef, bytes]) -> None:
        """Put these on a stick, in a bag of its own."""
        writer = StickWriter(
            folder,
            node=self.identity.node,
            signer=self.identity.keys.signer,
            clock=SystemClock(),
        )
        writer.open()
        bag = writer.bag(NodeId(to))
        for wire in wires:
            bag.put(ItemName(FileKind.ENVELOPE, _id(wire)), wire)
        for ref, data in blobs.items():
            bag.put(ItemName.of_blob(ref), data)
        writer.close(covers=lambda _: True)


def _id(wire: bytes) -> bytes:
    return hashlib.sha256(unpack(wire, Signed).body).digest()


def seen_on(stick: Path) -> tuple[Envelope, dict[BlobRef, bytes]]:
    """What anybody may read on a stick: the one envelope there, and the blobs."""
    (path,) = (stick / FOLDER).glob("*/??/*.env")
    blobs: dict[BlobRef, bytes] = {}
    for file in (stick / FOLDER).glob("*/??/*.blb"):
        item = ItemName.parse(file.parent.name, file.name)
        assert item is not None
        blobs[item.ref] = file.read_bytes()
    return read_envelope(path.read_bytes()), blobs
