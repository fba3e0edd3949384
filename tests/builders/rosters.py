"""An authority in a few lines: a root, a registrar, and rosters signed by them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol.codec import pack
from protocol.envelope.keys import Context, SoftwareSigner, new_signer, sign_record
from protocol.ids import NodeId
from protocol.trust.edition import Head, Kind, changes, make_head, sign_head
from protocol.trust.roster import (
    Delegation,
    Role,
    Roster,
    RosterEntry,
    RosterProof,
    State,
    entry_bytes,
    read_roster,
)
from tests.builders.chance import SeededRandomness
from tests.builders.envelopes import COUNTY, HUB, OTHER_STATION, STATION, keys_of

START_MS = 1_790_000_000_000


def make_entry(node: NodeId, **changed: object) -> RosterEntry:
    """The entry of one of the four nodes of the builders, with what is ``changed``."""
    public = keys_of(node).public()
    usual: dict[NodeId, dict[str, object]] = {
        COUNTY: {
            "role": Role.COUNTY,
            "name": "龙州县",
            "url": "https://127.0.0.1:1",
            "keys": public,
        },
        HUB: {"role": Role.HUB, "name": "下冻镇", "parent": COUNTY, "url": "https://127.0.0.1:2"},
        STATION: {"role": Role.STATION, "name": "扶伦村", "parent": HUB},
        OTHER_STATION: {"role": Role.STATION, "name": "春秀村", "parent": HUB},
    }
    facts = {"state": State.ACTIVE, "code": "451423103000"} | usual[node] | changed
    return RosterEntry(**facts)  # type: ignore[arg-type]


def make_nodes() -> dict[NodeId, RosterEntry]:
    """A county, a hub below it, two stations below that."""
    return {node: make_entry(node) for node in (COUNTY, HUB, STATION, OTHER_STATION)}


@dataclass(kw_only=True)
class SmallAuthority:
    """Signs rosters; keeps each version's entries, so that changes can be made from any."""

    root: SoftwareSigner = field(default_factory=lambda: new_signer(SeededRandomness(100)))
    registrar: SoftwareSigner = field(default_factory=lambda: new_signer(SeededRandomness(101)))
    number: int = 1  # of the delegation
    versions: dict[int, dict[str, bytes]] = field(default_factory=dict)

    def delegation(self) -> bytes:
        record = Delegation(
            number=self.number, registrar=self.registrar.public_bytes(), created_ms=START_MS
        )
        return sign_record(self.root, Context.REGISTRAR, record)

    def sign(self, version: int, nodes: Mapping[NodeId, RosterEntry]) -> bytes:
        """The proof of a new version with ``nodes``."""
        entries = {str(node): entry_bytes(entry) for node, entry in nodes.items()}
        self.versions[version] = entries
        return self.prove(make_head(Kind.ROSTER, version, entries, START_MS))

    def prove(self, head: Head) -> bytes:
        """The proof of whatever edition ``head`` is of."""
        return self.proof_of(sign_head(self.registrar, head))

    def proof_of(self, head: bytes) -> bytes:
        """The proof with a signed head."""
        return pack(RosterProof(delegation=self.delegation(), head=head))

    def changes(self, base: int, version: int) -> bytes:
        return changes(self.versions.get(base, {}), self.versions[version])

    def roster(self, version: int = 1, nodes: Mapping[NodeId, RosterEntry] | None = None) -> Roster:
        """A verified roster, as a node holds it."""
        proof = self.sign(version, make_nodes() if nodes is None else nodes)
        return read_roster(self.root.public_bytes(), proof, self.changes(0, version))
