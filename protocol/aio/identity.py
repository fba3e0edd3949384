"""A node's identity on disk: who it is, its keys, its certificate, and the first roster.

::

    DATA/node/node.json    public facts            DATA/node/tls.pem   certificate
    DATA/node/keys.bin     secret seeds, 0600      DATA/node/tls.key   its key, 0600
    DATA/node/roster.bin   the roster as it was when the node joined

Made in ``DATA/node.new`` and moved into place as a whole, so that half an identity never
counts; the keys of an interrupted joining are found there again and used again.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from protocol.certificate import certificate_pem, key_pem
from protocol.codec import Record, pack, unpack
from protocol.errors import DamagedError, NotJoinedError, YizhanError
from protocol.ids import NodeId
from protocol.keys import KEY_BYTES, NodeKeys, SoftwareSigner
from protocol.kit import Contact
from protocol.limits import MAX_JOIN_ANSWER_BYTES
from protocol.ports import Randomness
from protocol.roster import Role, Roster, read_roster
from protocol.suites import SoftwareOpeningKey, SuiteNumber, new_opening_key

_FOLDER, _PENDING = "node", "node.new"


class Secrets(Record, frozen=True, kw_only=True):
    """The seeds of a node's private keys."""

    signing: bytes
    xwing: bytes
    x25519: bytes
    tls: bytes

    def node_keys(self) -> NodeKeys:
        """The keys that these seeds make."""
        return NodeKeys(
            signer=SoftwareSigner(self.signing),
            opening={
                SuiteNumber.XWING: SoftwareOpeningKey(SuiteNumber.XWING, self.xwing),
                SuiteNumber.X25519: SoftwareOpeningKey(SuiteNumber.X25519, self.x25519),
            },
        )


class FirstRoster(Record, frozen=True, kw_only=True, array_like=True):
    """A roster as it came with the admission."""

    proof: bytes
    changes: bytes


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

    @property
    def certificate_path(self) -> Path:
        """PEM of the TLS certificate."""
        return self.folder / "tls.pem"

    @property
    def key_path(self) -> Path:
        """PEM of the TLS key."""
        return self.folder / "tls.key"

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
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(".new")
    _write(temporary, pack(secrets))
    temporary.rename(path)  # whole or not at all: the county may learn of these keys next
    for folder in (path.parent, data, data.absolute().parent):
        _sync_folder(folder)
    return secrets


def save_identity(
    data: Path, facts: dict[str, object], certificate: bytes, roster: FirstRoster
) -> None:
    """Complete the identity whose keys are pending, and move it into place.

    Args:
        facts: node, role, code, name, county_name, root and ca (hex), county and parent.
        certificate: DER.
    """
    pending = data / _PENDING
    secrets = unpack((pending / "keys.bin").read_bytes(), Secrets)
    _write(pending / "tls.key", key_pem(secrets.tls))
    _write(pending / "tls.pem", certificate_pem(certificate))
    _write(pending / "roster.bin", pack(roster))
    _write(pending / "node.json", json.dumps(facts, ensure_ascii=False, indent=1).encode())
    _sync_folder(pending)
    pending.rename(data / _FOLDER)
    _sync_folder(data)


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
    secrets = unpack((folder / "keys.bin").read_bytes(), Secrets)
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
    )


def _write(path: Path, data: bytes) -> None:
    """Write a private file and wait until it is on disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
