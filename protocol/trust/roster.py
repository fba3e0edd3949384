"""The roster: the signed list of nodes, their keys, parents and states.

It decides who may speak, so nothing depends on the validity time of a certificate. The root
delegates to a registrar, the registrar signs each version; neither number ever falls.

Source: docs/protocol.md section 7.2; docs/security.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Self

from protocol.codec import Record, Wrapper, pack, unpack
from protocol.envelope.keys import Context, PublicKeys, key_name, open_signed
from protocol.errors import MalformedError, RollbackError
from protocol.ids import DIVISION_DIGITS, NodeId
from protocol.limits import (
    MAX_AUTHORITIES,
    MAX_CERTIFICATE_BYTES,
    MAX_COUNT,
    MAX_DRAINED,
    MAX_ENTRY_BYTES,
    MAX_FORMER_KEYS,
    MAX_NAME_CHARS,
    MAX_SERVED,
)
from protocol.trust.audit import AuditHead
from protocol.trust.budget import Budget
from protocol.trust.edition import Edition, Head, Kind, apply_changes, open_head, require_newer
from protocol.trust.rules import NO_RULES, Rules

_DELEGATION_BYTES = 4096
_PROOF_BYTES = 16 * 1024


class Role(Enum):
    """Which tier a node belongs to."""

    COUNTY = "county"
    HUB = "hub"
    STATION = "station"


class State(Enum):
    """Whether a node may speak."""

    INVITED = "invited"  # has a kit, has not joined
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"
    DRAINING = "draining"  # may still send what it sealed; people look at it
    STOPPED = "stopped"  # nothing more of it is taken


_SPEAKING = (State.ACTIVE, State.DRAINING)


class Drained(Record, frozen=True, kw_only=True):
    """The keys of a PC that was lost and replaced: what they signed is looked at by people."""

    signing: tuple[bytes, ...]  # newest first
    tls: tuple[bytes, ...] = ()  # as RosterEntry.tls: who calls with one is told so
    upto: int | None = None  # ordinal of the last envelope that is taken; None: no limit is known

    def __post_init__(self) -> None:
        """Refuse more keys than one PC has, and a counter that no station reaches."""
        if not 0 < len(self.signing) <= 1 + MAX_FORMER_KEYS or len(self.tls) > 2:  # noqa: PLR2004
            raise ValueError("drained keys")
        check_counter(self.upto)


def check_counter(upto: int | None) -> None:
    """Raise ValueError unless ``upto`` may be the ordinal of an envelope, 0 for none of them."""
    if upto is not None and not 0 <= upto < MAX_COUNT:
        raise ValueError("counter")


class NextKeys(Record, frozen=True, kw_only=True):
    """Sealing keys that a county will use: every node knows them before they count."""

    xwing: bytes  # suite 1, 1,216 bytes
    x25519: bytes  # suite 2, 32 bytes
    version: int  # of the roster that named them first
    announced_ms: int  # UTC, by the county's clock; for people


class NextSigning(Record, frozen=True, kw_only=True):
    """The key that a county will sign with: whoever knows it believes it from now on."""

    key: bytes  # Ed25519, 32 bytes
    version: int  # of the roster that named it first
    announced_ms: int  # UTC, by the county's clock; for people


class NextAuthority(Record, frozen=True, kw_only=True):
    """The TLS authority that a county will issue by: its certificates count from now on."""

    certificate: bytes  # DER
    version: int  # of the roster that named it first
    announced_ms: int  # UTC, by the county's clock; for people

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not 0 < len(self.certificate) <= MAX_CERTIFICATE_BYTES:
            raise ValueError("authority")


class Village(Record, frozen=True, kw_only=True):
    """A village that a station serves beside its own."""

    code: str  # division code, 12 digits
    name: str

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not (
            len(self.code) == DIVISION_DIGITS and self.code.isascii() and self.code.isdecimal()
        ):
            raise ValueError("code of a village")
        if not 0 < len(self.name) <= MAX_NAME_CHARS:
            raise ValueError("name of a village")


class RosterEntry(Record, frozen=True, kw_only=True):
    """One node as the authority knows it."""

    role: Role
    state: State
    code: str  # division code, 12 digits
    name: str
    parent: str = ""  # node id of the tier above; empty for the county
    url: str = ""  # where its children call; empty for a station
    tls: bytes = b""  # SHA-256 of the SubjectPublicKeyInfo of its TLS key
    keys: PublicKeys | None = None  # sealing keys stand here only for the county
    budget: Budget | None = None  # of the link to its parent, in each direction
    others: tuple[str, ...] = ()  # node ids that it may call when its parent is silent, in order
    former: tuple[bytes, ...] = ()  # signing keys before the present one, newest first
    next: NextKeys | None = None  # of the county, announced and not in use
    former_tls: bytes = b""  # as ``tls``; it may call with this until it has shown the new one
    upto: int | None = None  # while draining, as in Drained
    drained: tuple[Drained, ...] = ()  # PCs that were replaced, newest first
    rules: Rules | None = None  # for every node; they stand here only for the county
    authorities: tuple[bytes, ...] = ()  # of the county: certificates (DER) of every TLS authority
    # in use and before it, the one that signs first; empty: the one in a node's kit, and no other

    next_authority: NextAuthority | None = None  # of the county, announced and not in use
    next_signing: NextSigning | None = None  # of the county, announced and not in use
    signing_ms: int = 0  # of the county: when it began to use its key; 0: with its founding
    serves: tuple[Village, ...] = ()  # villages beside its own; of a station
    audit: AuditHead | None = None  # of the county: nodes remember what it can't take back

    def __post_init__(self) -> None:
        """Refuse more former keys, lost PCs and authorities than are ever kept."""
        if len(self.former) > MAX_FORMER_KEYS or len(self.drained) > MAX_DRAINED:
            raise ValueError("former keys")
        if len({one.code for one in self.serves}) < len(self.serves) or (
            len(self.serves) > MAX_SERVED
        ):
            raise ValueError("villages")
        announced = self.next_authority is not None
        if len(self.authorities) + announced > MAX_AUTHORITIES or any(
            not 0 < len(der) <= MAX_CERTIFICATE_BYTES for der in self.authorities
        ):
            raise ValueError("authorities")
        check_counter(self.upto)


class Delegation(Record, frozen=True, kw_only=True):
    """The root's word: this registrar key speaks for the authority."""

    number: int  # from 1, never falls
    registrar: bytes  # Ed25519, 32 bytes
    created_ms: int


class RosterProof(Wrapper, frozen=True, kw_only=True, array_like=True):
    """What travels with a roster: the delegation signed by the root, the head by the registrar."""

    delegation: bytes
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One verified version of the roster."""

    edition: Edition
    delegation: Delegation
    nodes: Mapping[NodeId, RosterEntry] = field(repr=False)

    @property
    def version(self) -> int:
        """Its number."""
        return self.edition.version

    @classmethod
    def of(cls, edition: Edition, delegation: Delegation) -> Self:
        """The roster that a verified edition holds."""
        nodes = {
            NodeId(key): unpack(entry, RosterEntry, limit=MAX_ENTRY_BYTES)
            for key, entry in edition.entries.items()
        }
        return cls(edition=edition, delegation=delegation, nodes=nodes)

    def county(self) -> tuple[NodeId, RosterEntry]:
        """The one county node.

        Raises:
            MalformedError: the roster names none.
        """
        for node, entry in self.nodes.items():
            if entry.role is Role.COUNTY:
                return node, entry
        raise MalformedError("a roster without a county")

    @property
    def rules(self) -> Rules:
        """What the county asks of every node."""
        return self.county()[1].rules or NO_RULES

    @property
    def audit_end(self) -> str:
        """How far the county's audit record reached, ``number:hash``; empty: it does not say."""
        head = self.county()[1].audit
        return f"{head.number}:{head.hash.hex()}" if head else ""

    def authorities(self, of_kit: bytes) -> tuple[bytes, ...]:
        """Certificates (DER) of the TLS authorities whose certificates count.

        The one in use comes first, an announced one last.

        Args:
            of_kit: the one that this node's kit named, for a roster that names none.
        """
        entry = self.county()[1]
        coming = (entry.next_authority.certificate,) if entry.next_authority else ()
        return (entry.authorities or (of_kit,)) + coming

    def own_authorities(self, of_kit: bytes) -> tuple[bytes, ...]:
        """Whose certificate a node should have: of the authority in use, or the announced one."""
        found = self.authorities(of_kit)
        return found[:1] + (found[-1:] if self.county()[1].next_authority else ())

    def tls_keys(self, node: NodeId) -> frozenset[bytes]:
        """Hashes of the TLS keys by which ``node`` is known, as caller and as called.

        Two while it changes from one to the other; none if it has none, or may not speak.
        """
        entry = self.active(node)
        return frozenset({entry.tls, entry.former_tls} - {b""}) if entry else frozenset()

    def knows(self, node: NodeId, tls: bytes) -> bool:
        """Whether ``tls`` is or was a key of ``node``, withdrawn and replaced ones included.

        Who shows one may ask for the roster, which says what has become of it.
        """
        entry = self.nodes.get(node)
        if entry is None or not tls:
            return False
        return tls in (entry.tls, entry.former_tls) or any(tls in one.tls for one in entry.drained)

    def active(self, node: NodeId) -> RosterEntry | None:
        """The entry of ``node`` if it may speak."""
        entry = self.nodes.get(node)
        return entry if entry and entry.state in _SPEAKING else None

    def signing_key(self, node: NodeId) -> bytes | None:
        """The key that ``node`` signs with, or None if it has none on record."""
        entry = self.nodes.get(node)
        return entry.keys.signing if entry and entry.keys else None

    def reporting_keys(self, node: NodeId) -> tuple[bytes, ...]:
        """Keys that sign what ``node`` reports of itself; its last one, too, until it has the next.

        The certificate for its next key may wait on a way that only the report can correct.
        """
        entry = self.nodes.get(node)
        if entry is None or entry.keys is None:
            return ()
        return (entry.keys.signing, *(entry.former[:1] if entry.former_tls else ()))

    def signing_name(self, node: NodeId) -> bytes:
        """Name of that key: who replaces a PC counts anew, whatever number the lost one gave."""
        return key_name(self.signing_key(node) or b"")

    def may_call(self, node: NodeId, above: NodeId) -> bool:
        """Whether ``node`` may call ``above``: its parent, or one of its other paths."""
        entry, callee = self.active(node), self.active(above)
        if entry is None or callee is None or callee.role is Role.STATION:
            return False
        return entry.parent == above or above in entry.others

    def present_keys(self, node: NodeId) -> tuple[bytes, ...]:
        """The key that ``node`` signs with, and the one that it has announced: no former one."""
        entry = self.nodes.get(node)
        if entry is None or entry.keys is None:
            return ()
        coming = (entry.next_signing.key,) if entry.next_signing else ()
        return (entry.keys.signing, *coming)

    def own_keys(self, node: NodeId) -> tuple[bytes, ...]:
        """As :meth:`present_keys`, and former ones: what is under way still counts."""
        entry = self.nodes.get(node)
        return self.present_keys(node) + (entry.former if entry else ())

    def signing_keys(self, node: NodeId) -> tuple[bytes, ...]:
        """As :meth:`own_keys`, and those of lost PCs: any of them may sign its envelopes."""
        entry = self.nodes.get(node)
        lost = entry.drained if entry else ()
        return self.own_keys(node) + tuple(key for one in lost for key in one.signing)

    @property
    def county_keys(self) -> tuple[bytes, ...]:
        """:meth:`own_keys` of the county: what they signed is its word."""
        return self.own_keys(self.county()[0])

    def next_hop(self, here: NodeId, to: NodeId) -> NodeId | None:
        """The neighbour of ``here`` on the way to ``to``; None if ``to`` is ``here`` or unknown.

        Down if ``to`` lies below ``here``, else up to the parent.
        """
        if to == here or to not in self.nodes or here not in self.nodes:
            return None
        if self.nodes[to].parent == here:  # most of what a hub passes on
            return to
        step, seen = to, set[NodeId]()
        while step in self.nodes and step not in seen:
            seen.add(step)
            parent = NodeId(self.nodes[step].parent)
            if parent == here:
                return step
            step = parent
        return NodeId(self.nodes[here].parent) or None


def entry_bytes(entry: RosterEntry) -> bytes:
    """An entry as it stands in the edition."""
    return pack(entry)


def open_proof(root_public: bytes, proof: bytes) -> tuple[Delegation, Head]:
    """Delegation and head of a roster, after both signatures were checked.

    Raises:
        SignatureError: not signed by this root, or by the registrar that it names.
        MalformedError, TooLargeError: not the proof of a roster.
    """
    parts = unpack(proof, RosterProof, limit=_PROOF_BYTES)
    body = open_signed(root_public, Context.REGISTRAR, parts.delegation, limit=_DELEGATION_BYTES)
    delegation = unpack(body, Delegation)
    return delegation, open_head(delegation.registrar, Kind.ROSTER, parts.head)


def read_roster(
    root_public: bytes, proof: bytes, changes: bytes, held: Roster | None = None, *, base: int = 0
) -> Roster:
    """Verify a roster that came from outside and that is newer than the one held.

    Raises:
        SignatureError, DigestError: not what the authority signed.
        RollbackError: not newer than ``held``, by roster or by registrar number, or the
            changes start from a version that is not held.
        NeedsNewerError: signed, and not to be understood by this program.
        MalformedError, TooLargeError: not a roster.
    """
    before = held.edition if held else None
    return understood(root_public, verified_roster(root_public, proof, changes, before, base=base))


def verified_roster(
    root_public: bytes, proof: bytes, changes: bytes, held: Edition | None = None, *, base: int = 0
) -> Edition:
    """As :func:`read_roster`, without looking at its entries: they may be of a newer program."""
    delegation, head = open_proof(root_public, proof)
    if held is not None:
        require_newer(head, held.version)
        before, _ = open_proof(root_public, held.proof)
        if delegation.number < before.number:
            raise RollbackError(f"registrar {delegation.number}, held {before.number}")
    if base and (held is None or held.version != base):
        raise RollbackError(f"changes from roster {base}, which is not held")
    old = held.entries if held is not None and base else {}
    return Edition(head=head, proof=proof, entries=apply_changes(old, changes, head))


def understood(root_public: bytes, edition: Edition) -> Roster:
    """The roster that a verified edition holds.

    Raises:
        NeedsNewerError: some entry has to be understood by a newer program.
        MalformedError: some entry is none.
    """
    delegation, _ = open_proof(root_public, edition.proof)
    return Roster.of(edition, delegation)
