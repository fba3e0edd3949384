"""Who says that a package is what it is: the county's key, and the root's word for that key.

The chain is short and needs no roster: the root names a registrar, the registrar names the key of
the county, that key signs the manifest. Whoever knows the root's fingerprint needs nothing else,
in whatever year.

Source: docs/archive.md, "What proves it".
"""

from dataclasses import dataclass

from protocol.archive.manifest import CHAIN, ROOT, SIGNATURE
from protocol.codec import Record, unpack
from protocol.envelope.keys import Context, Signer, open_signed, sign_record
from protocol.errors import PeerError
from protocol.ids import DIGEST_BYTES, NONCE_BYTES
from protocol.limits import MAX_NAME_CHARS
from protocol.trust.proved import open_proved, prove

_MARK_BYTES, _CHAIN_BYTES, KEY_BYTES = 4096, 16 * 1024, 32


class ArchiveMark(Record, frozen=True, kw_only=True):
    """The county's word: these are the files of this case."""

    manifest: bytes  # SHA-256

    def __post_init__(self) -> None:
        """Refuse what is no digest."""
        if len(self.manifest) != DIGEST_BYTES:
            raise ValueError("digest")


class ArchiveKey(Record, frozen=True, kw_only=True):
    """The registrar's word: with this key this county signs."""

    county: bytes  # node id, 8 bytes
    name: str
    key: bytes  # Ed25519, 32 bytes

    def __post_init__(self) -> None:
        """Refuse what no honest program signs."""
        fits = len(self.county) == NONCE_BYTES and len(self.key) == KEY_BYTES
        if not fits or not 0 < len(self.name) <= MAX_NAME_CHARS:
            raise ValueError("county")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What lies in a package beside its manifest."""

    signature: bytes
    chain: bytes
    root: bytes  # 32 bytes: which county it claims to be of

    def files(self) -> dict[str, bytes]:
        """By their names in the package."""
        return {SIGNATURE: self.signature, CHAIN: self.chain, ROOT: self.root}


def sign_manifest(digest: bytes, signer: Signer) -> bytes:
    """Signed[ArchiveMark]; the same each time."""
    return sign_record(signer, Context.ARCHIVE, ArchiveMark(manifest=digest))


def vouch(delegation: bytes, registrar: Signer, key: ArchiveKey) -> bytes:
    """The chain from the root to a county's key; the same each time."""
    return prove(delegation, registrar, Context.ARCHIVE_KEY, key)


def read_chain(proof: Proof) -> ArchiveKey | None:
    """The county that the root of the package vouches for; None: it does not."""
    try:
        body = open_proved(proof.root, Context.ARCHIVE_KEY, proof.chain, limit=_CHAIN_BYTES)
        return unpack(body, ArchiveKey)
    except PeerError:
        return None


def signed_digest(proof: Proof, key: ArchiveKey) -> bytes | None:
    """The digest of the manifest that this key signed; None: it signed none of this package."""
    try:
        body = open_signed(key.key, Context.ARCHIVE, proof.signature, limit=_MARK_BYTES)
        return unpack(body, ArchiveMark).manifest
    except PeerError:
        return None
