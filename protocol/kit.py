"""The kit: the file that a new node is installed from. It holds no secret.

Signed by the registrar, whose delegation by the root lies beside it, so that damage shows. That
it is the right county's kit is proved by the one-time code, which travels on its own paper.

Source: docs/protocol.md section 10.1.
"""

from protocol.codec import Record, pack, unpack
from protocol.errors import KitDamagedError, PeerError
from protocol.keys import Context, PublicKeys, Signed, Signer, open_signed, sign_record
from protocol.limits import MAX_KIT_BYTES
from protocol.roster import Delegation, Role

VERSION = 1
_MAGIC = b"YIZHAN-KIT\n"


class Contact(Record, frozen=True, kw_only=True):
    """Where a node is reached."""

    node: str
    url: str


class Kit(Record, frozen=True, kw_only=True):
    """What a new node must know before it has keys."""

    version: int
    root: bytes  # the authority's root public key, 32 bytes: names the county for ever
    county_name: str
    county: Contact
    county_keys: PublicKeys  # to seal the join request with
    parent: Contact  # the tier above
    ca: bytes  # DER of the county's TLS certificate authority
    node: str
    role: Role
    code: str  # division code
    name: str


class _KitFile(Record, frozen=True, kw_only=True, array_like=True):
    delegation: bytes
    kit: bytes


def kit_file(delegation: bytes, registrar: Signer, kit: Kit) -> bytes:
    """The bytes of the kit file."""
    signed = sign_record(registrar, Context.KIT, kit)
    return _MAGIC + pack(_KitFile(delegation=delegation, kit=signed))


def read_kit(data: bytes) -> Kit:
    """Check a kit file.

    Raises:
        KitDamagedError: not a whole kit that the registrar signed.
    """
    if not data.startswith(_MAGIC) or len(data) > MAX_KIT_BYTES:
        raise KitDamagedError("not a kit file")
    try:
        file = unpack(data[len(_MAGIC) :], _KitFile, limit=MAX_KIT_BYTES)
        return _check(file)
    except PeerError as exc:
        raise KitDamagedError(exc.detail) from None


def _check(file: _KitFile) -> Kit:
    claimed = unpack(unpack(file.kit, Signed, limit=MAX_KIT_BYTES).body, Kit, limit=MAX_KIT_BYTES)
    delegation = unpack(
        open_signed(claimed.root, Context.REGISTRAR, file.delegation, limit=MAX_KIT_BYTES),
        Delegation,
    )
    body = open_signed(delegation.registrar, Context.KIT, file.kit, limit=MAX_KIT_BYTES)
    kit = unpack(body, Kit, limit=MAX_KIT_BYTES)
    if kit.version != VERSION:
        raise KitDamagedError(f"kit version {kit.version}, this program reads {VERSION}")
    return kit
