"""A node's identity on disk: who it is, its keys, its certificate, and the first roster.

::

    DATA/node/node.json    public facts            DATA/node/tls.pem   certificate
    DATA/node/keys.bin     secret seeds, 0600      DATA/node/tls.key   its key, 0600
    DATA/node/roster.bin   the roster as it was when the node joined
    DATA/node/join.bin     the request by which it joined, sealed; absent at the county
    DATA/node/time.bin     the county's time that came with the admission; absent at the county
    DATA/node/keys-1/      the three key files of the first renewal, and so on
    DATA/node/current      number of the keys in force; absent: those beside it

Made in ``DATA/node.new`` and moved into place as a whole, so that half an identity never
counts; the keys of an interrupted joining are found there again and used again.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from protocol.codec import Record, altered, pack, unpack
from protocol.envelope.keyring import Keyring, SigningRing
from protocol.envelope.keys import KEY_BYTES, NodeKeys, SoftwareSigner
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber, new_opening_key
from protocol.errors import DamagedError, NotJoinedError, YizhanError
from protocol.ids import NodeId
from protocol.limits import MAX_JOIN_ANSWER_BYTES
from protocol.ports import Randomness
from protocol.trust.certificate import certificate_pem, key_pem
from protocol.trust.kit import Contact
from protocol.trust.roster import Role, Roster, read_roster
from protocol.trust.time_statement import known_time
from protocol.trust.trusted_clock import HeldTime
from runtime.disk.files import private_folder, sync_folder, write_private

_FOLDER, _PENDING, _CURRENT, _ASKED = "node", "node.new", "current", "join.bin"
_TIME = "time.bin"


class SealingSeeds(Record, frozen=True, kw_only=True):
    """The seeds of one pair of opening keys."""

    xwing: bytes
    x25519: bytes

    def opening(self) -> dict[SuiteNumber, SoftwareOpeningKey]:
        """The keys that these seeds make."""
        return {
            SuiteNumber.XWING: SoftwareOpeningKey(SuiteNumber.XWING, self.xwing),
            SuiteNumber.X25519: SoftwareOpeningKey(SuiteNumber.X25519, self.x25519),
        }


class Secrets(Record, frozen=True, kw_only=True):
    """The seeds of a node's private keys."""

    signing: bytes
    xwing: bytes
    x25519: bytes
    tls: bytes
    more: tuple[SealingSeeds, ...] = ()  # of a county that was re-keyed, in the order made
    more_signing: tuple[bytes, ...] = ()  # the same, of its signing keys

    @property
    def pairs(self) -> tuple[SealingSeeds, ...]:
        """Every pair of opening keys, the first one first."""
        return (SealingSeeds(xwing=self.xwing, x25519=self.x25519), *self.more)

    def node_keys(self) -> NodeKeys:
        """The keys that these seeds make."""
        first, *others = (pair.opening() for pair in self.pairs)
        rings = {suite: Keyring(key) for suite, key in first.items()}
        for other in others:
            for suite, key in other.items():
                rings[suite].add(key)
        signer = SigningRing(SoftwareSigner(self.signing))
        for seed in self.more_signing:
            signer.add(SoftwareSigner(seed))
        return NodeKeys(signer=signer, opening=rings)


class FirstRoster(Record, frozen=True, kw_only=True, array_like=True):
    """A roster as it came with the admission."""

    proof: bytes
    changes: bytes


class Asked(Record, frozen=True, kw_only=True, array_like=True):
    """The request by which a node joined. Sent again, it brings the newest roster."""

    parcel: bytes  # sealed for the county
    via: str = ""  # address of a node that passed it on; empty: parent or county


class FirstTime(Record, frozen=True, kw_only=True, array_like=True):
    """The county's time as it came with the admission, and this machine's date then."""

    signed: bytes
    local_ms: int
    fresh: bool  # it came over a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a node is, for ever; what may change stands on the roster."""

    node: NodeId
    role: Role
    code: str
    name: str
    county_name: str
    root: bytes  # the authority's root public key
    ca: bytes  # DER
    county: Contact
    parent: Contact | None  # None at the county
    keys: NodeKeys = field(repr=False)
    first_roster: FirstRoster = field(repr=False)
    folder: Path
    keys_folder: Path | None = field(default=None, repr=False)  # of renewed keys
    former: tuple[bytes, ...] = ()  # public signing keys that this node had before
    certificate: bytes = field(default=b"", repr=False)  # PEM, as it was at the start
    training: bool = False  # of no county: its keys were thrown away, and nothing leaves

    @property
    def certificate_path(self) -> Path:
        """PEM of the TLS certificate."""
        return (self.keys_folder or self.folder) / "tls.pem"

    @property
    def key_path(self) -> Path:
        """PEM of the TLS key."""
        return (self.keys_folder or self.folder) / "tls.key"

    @property
    def signing_keys(self) -> tuple[bytes, ...]:
        """Public keys with which this node signs and has signed."""
        return (self.keys.signer.public_bytes(), *self.former)

    def asked(self) -> Asked | None:
        """The request by which this node joined; None at the county.

        Raises:
            DamagedError: it is there, but not whole.
        """
        path = self.folder / _ASKED
        try:
            return unpack(path.read_bytes(), Asked) if path.exists() else None
        except (OSError, YizhanError) as exc:
            raise DamagedError(f"{path}: {type(exc).__name__}: {exc}") from None

    def first_time(self) -> HeldTime | None:
        """The county's time as it came with the admission; None: none that can be read.

        It is of use until the next one comes, and of no other consequence.
        """
        path = self.folder / _TIME
        try:
            first = unpack(path.read_bytes(), FirstTime)
            return HeldTime(
                statement=known_time(first.signed),
                signed=first.signed,
                local_ms=first.local_ms,
                run_ms=0,
                fresh=first.fresh,
            )
        except (OSError, YizhanError):
            return None

    def roster(self) -> Roster:
        """The roster as it was when this node joined."""
        return read_roster(self.root, self.first_roster.proof, self.first_roster.changes)


def has_identity(data: Path) -> bool:
    """Whether ``data`` belongs to a node already."""
    return (data / _FOLDER).exists()


def pending_secrets(data: Path, randomness: Randomness) -> Secrets:
    """The keys of a joining that is under way in ``data``; made and kept on the first call."""
    path = data / _PENDING / "keys.bin"
    if path.exists():
        return unpack(path.read_bytes(), Secrets)
    secrets = Secrets(
        signing=randomness.token(KEY_BYTES),
        xwing=new_opening_key(SuiteNumber.XWING, randomness).secret,
        x25519=new_opening_key(SuiteNumber.X25519, randomness).secret,
        tls=randomness.token(KEY_BYTES),
    )
    private_folder(path.parent)
    write_private(path, pack(secrets))  # whole or not at all: the county may learn of them next
    return secrets


def save_identity(
    data: Path,
    facts: dict[str, object],
    certificate: bytes,
    roster: FirstRoster,
    asked: Asked | None = None,
    *,
    time: FirstTime | None = None,
) -> None:
    """Complete the identity whose keys are pending, and move it into place.

    Args:
        facts: node, role, code, name, county_name, root and ca (hex), county and parent;
            training where it is that.
        certificate: DER; empty: none, as in training.
        asked: the request that brought them.
        time: the county's, if it came along; its signature was checked.
    """
    pending = data / _PENDING
    secrets = unpack((pending / "keys.bin").read_bytes(), Secrets)
    write_private(pending / "tls.key", key_pem(secrets.tls))
    write_private(pending / "tls.pem", certificate_pem(certificate) if certificate else b"")
    write_private(pending / "roster.bin", pack(roster))
    if asked is not None:
        write_private(pending / _ASKED, pack(asked))
    if time is not None:
        write_private(pending / _TIME, pack(time))
    write_private(pending / "node.json", json.dumps(facts, ensure_ascii=False, indent=1).encode())
    sync_folder(pending)
    pending.rename(data / _FOLDER)
    sync_folder(data)


def load_identity(data: Path) -> Identity:
    """The identity of the node that ``data`` belongs to.

    Raises:
        NotJoinedError: it belongs to none.
        DamagedError: it is there, but not whole.
    """
    folder = data / _FOLDER
    if not folder.exists():
        raise NotJoinedError(str(data))
    try:
        return _load(folder)
    except (OSError, ValueError, KeyError, TypeError, YizhanError) as exc:
        raise DamagedError(f"{folder}: {type(exc).__name__}: {exc}") from None


def _load(folder: Path) -> Identity:
    facts = json.loads((folder / "node.json").read_text("utf-8"))
    number = keys_number(folder)
    keys_folder = renewed_folder(folder, number) if number else folder
    secrets = unpack((keys_folder / "keys.bin").read_bytes(), Secrets)
    roster = (folder / "roster.bin").read_bytes()
    return Identity(
        node=NodeId(facts["node"]),
        role=Role(facts["role"]),
        code=facts["code"],
        name=facts["name"],
        county_name=facts["county_name"],
        root=bytes.fromhex(facts["root"]),
        ca=bytes.fromhex(facts["ca"]),
        county=Contact(**facts["county"]),
        parent=Contact(**facts["parent"]) if facts["parent"] else None,
        keys=secrets.node_keys(),
        first_roster=unpack(roster, FirstRoster, limit=MAX_JOIN_ANSWER_BYTES),
        folder=folder,
        keys_folder=keys_folder,
        former=tuple(_signing(folder, before) for before in reversed(range(number))),
        certificate=(keys_folder / "tls.pem").read_bytes(),
        training=facts.get("training") is True,
    )


def sealing_pairs(identity: Identity) -> tuple[SealingSeeds, ...]:
    """Every pair of opening keys of this node, in the order made. Blocks for the disk.

    Raises:
        DamagedError: they can't be read.
    """
    return _secrets(identity).pairs


def add_pair(identity: Identity, randomness: Randomness) -> SealingSeeds:
    """One more pair of opening keys, on disk before this returns. Blocks for the disk.

    Raises:
        DamagedError: the keys that are there can't be read.
        DiskFullError, StoreError: they can't be written; the old ones are as they were.
    """
    secrets = _secrets(identity)
    pair = SealingSeeds(
        xwing=new_opening_key(SuiteNumber.XWING, randomness).secret,
        x25519=new_opening_key(SuiteNumber.X25519, randomness).secret,
    )
    path = _keys_path(identity)
    write_private(path, pack(altered(secrets, more=(*secrets.more, pair))))  # or all but the new
    return pair


def signing_seeds(identity: Identity) -> tuple[bytes, ...]:
    """Seeds of every signing key of this county, in the order made. Blocks for the disk.

    Raises:
        DamagedError: they can't be read.
    """
    secrets = _secrets(identity)
    return (secrets.signing, *secrets.more_signing)


def add_signing(identity: Identity, randomness: Randomness) -> bytes:
    """One more signing key, on disk before this returns: its seed. Blocks for the disk.

    Raises:
        DamagedError: the keys that are there can't be read.
        DiskFullError, StoreError: they can't be written; the old ones are as they were.
    """
    secrets, seed = _secrets(identity), randomness.token(KEY_BYTES)
    held = altered(secrets, more_signing=(*secrets.more_signing, seed))
    write_private(_keys_path(identity), pack(held))
    return seed


def _secrets(identity: Identity) -> Secrets:
    path = _keys_path(identity)
    try:
        return unpack(path.read_bytes(), Secrets)
    except (OSError, YizhanError) as exc:
        raise DamagedError(f"{path}: {type(exc).__name__}: {exc}") from None


def _keys_path(identity: Identity) -> Path:
    return (identity.keys_folder or identity.folder) / "keys.bin"


def keys_number(folder: Path) -> int:
    """Which keys are in force: 0 for those of the joining, n for those of the n-th renewal."""
    path = folder / _CURRENT
    return int(path.read_text("ascii")) if path.exists() else 0


def renewed_folder(folder: Path, number: int) -> Path:
    """Where the keys of the n-th renewal lie."""
    return folder / f"keys-{number}"


def use_keys(folder: Path, number: int) -> None:
    """From the next load on these keys are in force; one rename decides."""
    write_private(folder / _CURRENT, b"%d" % number)


def _signing(folder: Path, number: int) -> bytes:
    path = (renewed_folder(folder, number) if number else folder) / "keys.bin"
    return unpack(path.read_bytes(), Secrets).node_keys().signer.public_bytes()
