"""A one-time code as it is made: its text for a paper, its key for the authority, its kit."""

from dataclasses import dataclass, field
from typing import Self

from protocol.ids import NONCE_BYTES, NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.enrolment import code_key, new_code
from provisioning.enrolment.tables import EnrolmentTables


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeCode:
    """A code for one node; the text is nowhere but here and on its paper."""

    node: NodeId
    text: str = field(repr=False)
    key: bytes = field(repr=False)
    invitation: bytes  # of the kit that goes with it

    @classmethod
    def make(cls, node: NodeId, randomness: Randomness) -> Self:
        """A fresh one; takes a tenth of a second."""
        text = new_code(randomness)
        key, invitation = code_key(text, node), randomness.token(NONCE_BYTES)
        return cls(node=node, text=text, key=key, invitation=invitation)

    def keep(self, tables: EnrolmentTables, clock: Clock, lived_ms: int) -> None:
        """Store what the authority needs of it, in a transaction that the caller opened."""
        tables.put_code(
            self.node,
            self.key,
            invitation=self.invitation,
            made_ms=clock.now_ms(),
            lived_ms=lived_ms,
        )
