"""The keys of an office: they open what the county seals, and what lies in the tables."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from protocol.envelope.envelope import Envelope
from protocol.envelope.keys import key_name
from protocol.envelope.office_code import office_code
from protocol.envelope.office_payloads import OfficeRequest
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber
from protocol.envelope.vault import VaultRecord, open_row, seal_row
from protocol.errors import DamagedError, UnopenableError
from protocol.errors.offices import OfficeNoKeyError
from protocol.ids import NodeId
from protocol.ports import Randomness
from runtime.node.identity import SealingSeeds
from runtime.node.office_keys import add_office_key, load_office_keys


@dataclass(slots=True)
class OfficeRing:
    """Of one hub. Without a key it opens nothing."""

    data: Path
    pairs: tuple[SealingSeeds, ...] = field(repr=False, default=())

    @classmethod
    def load(cls, data: Path) -> "OfficeRing":
        """Those in the folder of a hub. Blocks for the disk; raises DamagedError."""
        return cls(data, load_office_keys(data))

    async def make(self, randomness: Randomness) -> None:
        """One more key, which is the newest from now on."""
        await asyncio.to_thread(add_office_key, self.data, randomness)
        self.pairs = await asyncio.to_thread(load_office_keys, self.data)

    def request(self, *, name: str, at_ms: int) -> OfficeRequest:
        """What asks for the newest key. Raises OfficeNoKeyError."""
        found = self._newest().opening()
        return OfficeRequest(
            xwing=found[SuiteNumber.XWING].public_bytes(),
            x25519=found[SuiteNumber.X25519].public_bytes(),
            name=name,
            at_ms=at_ms,
        )

    def code(self, hub: NodeId) -> str:
        """The code that is read out to the county. Blocks for a twentieth of a second."""
        return office_code(hub, self.request(name="", at_ms=0))

    def newest(self) -> str:
        """Name of the newest key, in hex; empty: there is none."""
        if not self.pairs:
            return ""
        return key_name(self._newest().opening()[SuiteNumber.XWING].public_bytes()).hex()

    def key_for(self, envelope: Envelope) -> SoftwareOpeningKey | None:
        """The key that an envelope was sealed for, if it is one of these."""
        keys = (key for one in self.pairs for key in one.opening().values())
        return next(
            (key for key in keys if key_name(key.public_bytes()) == envelope.header.key), None
        )

    def put(self, context: str, plaintext: bytes) -> bytes:
        """Seal a value of a table. Raises OfficeNoKeyError."""
        public = self._newest().opening()[SuiteNumber.X25519].public_bytes()
        return seal_row(VaultRecord(public=public, slots=()), context, plaintext)

    def take(self, context: str, sealed: bytes) -> bytes:
        """What was put.

        Raises:
            DamagedError: no key that is here opens it.
        """
        for one in reversed(self.pairs):
            try:
                return open_row(one.opening()[SuiteNumber.X25519], context, sealed)
            except UnopenableError:
                continue
        raise DamagedError("办件密钥打不开这一件：密钥文件缺失，或换过电脑")

    def _newest(self) -> SealingSeeds:
        if not self.pairs:
            raise OfficeNoKeyError
        return self.pairs[-1]
