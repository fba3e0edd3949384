"""The registrar: the key that signs each version of the roster, by the root's word.

Source: docs/protocol.md section 7.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol.codec import altered, pack
from protocol.envelope.keys import Context, PublicKeys, Signer, sign_record
from protocol.ids import NodeId
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from protocol.trust.roster import Delegation, Roster, RosterEntry, RosterProof, State, entry_bytes

FIRST_NUMBER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrar:
    """Who signs rosters."""

    signer: Signer = field(repr=False)
    delegation: Delegation
    signed_delegation: bytes

    def first(self, node: NodeId, entry: RosterEntry, created_ms: int) -> Roster:
        """Version 1, with the county alone."""
        return self._sign(1, {node: entry_bytes(entry)}, {node: entry}, created_ms)

    def next(self, held: Roster, node: NodeId, entry: RosterEntry, created_ms: int) -> Roster:
        """The version after ``held``, in which one node is new or changed.

        Raises:
            TooLargeError: more nodes than a roster may have.
        """
        return self.with_nodes(held, {node: entry}, created_ms)

    def with_nodes(
        self, held: Roster, changed: Mapping[NodeId, RosterEntry], created_ms: int
    ) -> Roster:
        """The version after ``held``, in which these nodes are new or changed; raises as `next`."""
        entries: dict[str, bytes] = {node: entry_bytes(entry) for node, entry in changed.items()}
        return self._sign(
            held.version + 1,
            {**held.edition.entries, **entries},
            {**held.nodes, **changed},
            created_ms,
        )

    def again(self, held: Roster, by: int, created_ms: int) -> Roster:
        """The same entries as in ``held``, ``by`` versions later (at least 1)."""
        if by < 1:
            raise ValueError(f"a roster {by} versions later")
        return self._sign(held.version + by, held.edition.entries, held.nodes, created_ms)

    def _sign(
        self,
        version: int,
        entries: Mapping[str, bytes],
        nodes: Mapping[NodeId, RosterEntry],
        created_ms: int,
    ) -> Roster:
        head = make_head(Kind.ROSTER, version, entries, created_ms)
        proof = RosterProof(delegation=self.signed_delegation, head=sign_head(self.signer, head))
        edition = Edition(head=head, proof=pack(proof), entries=entries)
        return Roster(edition=edition, delegation=self.delegation, nodes=nodes)


def delegate(
    root: Signer, registrar: Signer, created_ms: int, *, number: int = FIRST_NUMBER
) -> Registrar:
    """A registrar by the root's word; the first of a new authority has number 1."""
    delegation = Delegation(
        number=number, registrar=registrar.public_bytes(), created_ms=created_ms
    )
    signed = sign_record(root, Context.REGISTRAR, delegation)
    return Registrar(signer=registrar, delegation=delegation, signed_delegation=signed)


def admitted(entry: RosterEntry, signing: bytes, tls: bytes) -> RosterEntry:
    """The entry of an invited node once it has keys; its sealing keys stay off the roster."""
    return altered(entry, state=State.ACTIVE, tls=tls, keys=PublicKeys(signing=signing))
