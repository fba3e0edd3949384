"""The kit: the file that a new node is installed from. It holds no secret.

Signed by the registrar, whose delegation by the root lies beside it, so that damage shows. That
it is the right county's kit is proved by the one-time code, which travels on its own paper.

Source: docs/protocol.md section 10.1.
"""

from typing import ClassVar

from protocol.codec import Record, unpack
from protocol.envelope.keys import Context, PublicKeys, Signed, Signer
from protocol.errors import KitDamagedError, NeedsNewerError, PeerError
from protocol.ids import NONCE_BYTES
from protocol.limits import MAX_KIT_BYTES, MAX_TICKET_BYTES
from protocol.trust.proved import ProvedRecord, open_proved, prove
from protocol.trust.roster import Role

VERSION = 1
_MAGIC = b"YIZHAN-KIT\n"


class Contact(Record, frozen=True, kw_only=True):
    """Where a node is reached."""

    node: str
    url: str


class Ticket(Record, frozen=True, kw_only=True):
    """Proof that a request to join comes from somebody with a kit; it travels with the request."""

    node: str
    invitation: bytes  # 8 bytes, other ones in each kit of a node

    def __post_init__(self) -> None:
        """Refuse another length."""
        if len(self.invitation) != NONCE_BYTES:
            raise ValueError("invitation")


class Kit(Record, frozen=True, kw_only=True):
    """What a new node must know before it has keys."""

    VERSION: ClassVar[int] = VERSION

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
    ticket: bytes  # as it is sent with the request


class _Root(Record, frozen=True, kw_only=True):
    """Of a kit, what its signature is checked by: nothing else counts before that."""

    root: bytes


def make_ticket(delegation: bytes, registrar: Signer, node: str, invitation: bytes) -> bytes:
    """The ticket that goes into a kit."""
    record = Ticket(node=node, invitation=invitation)
    return prove(delegation, registrar, Context.TICKET, record)


def read_ticket(root: bytes, data: bytes) -> Ticket:
    """A ticket from outside.

    Raises:
        SignatureError, MalformedError, TooLargeError: no ticket of this county.
    """
    body = open_proved(root, Context.TICKET, data, limit=MAX_TICKET_BYTES)
    return unpack(body, Ticket, limit=MAX_TICKET_BYTES)


def kit_file(delegation: bytes, registrar: Signer, kit: Kit) -> bytes:
    """The bytes of the kit file."""
    return _MAGIC + prove(delegation, registrar, Context.KIT, kit)


def read_kit(data: bytes) -> Kit:
    """Check a kit file.

    Raises:
        KitDamagedError: not a whole kit that the registrar signed.
        NeedsNewerError: a newer program made it, for newer programs.
    """
    if not data.startswith(_MAGIC) or len(data) > MAX_KIT_BYTES:
        raise KitDamagedError("not a kit file")
    try:
        return _check(data[len(_MAGIC) :])
    except NeedsNewerError:
        raise
    except PeerError as exc:
        raise KitDamagedError(exc.detail) from None


def _check(file: bytes) -> Kit:
    signed = unpack(file, ProvedRecord, limit=MAX_KIT_BYTES).signed
    claimed = unpack(unpack(signed, Signed, limit=MAX_KIT_BYTES).body, _Root, limit=MAX_KIT_BYTES)
    body = open_proved(claimed.root, Context.KIT, file, limit=MAX_KIT_BYTES)
    kit = unpack(body, Kit, limit=MAX_KIT_BYTES)
    if kit.version != VERSION:
        raise KitDamagedError(f"kit version {kit.version}, this program reads {VERSION}")
    if read_ticket(kit.root, kit.ticket).node != kit.node:
        raise KitDamagedError("the ticket of another node")
    return kit
