"""Joining: what a new node asks of the authority, and what it gets back.

::

    code key = Argon2id(one-time code, salt = "yizhan/code/1" || node id)
    request  = Signed(JoinRequest) by the new signing key; the CSR is signed by the new TLS key
    proof    = HMAC-SHA256(code key, "join" || request)
    sealed   = HPKE(suite 1, county key, info = "yizhan/join/1" || node id, [request, proof])
    answer   = [admission, HMAC-SHA256(code key, "admission" || SHA-256(request) || admission)]
    verdict  = [delegation, Signed(JoinVerdict) by the registrar]: the answer, or why there is none

The request is sealed, so a hub that passes it on can neither read the proof nor try codes
against it. The answer's HMAC proves that the county knows the code: a kit made by somebody else
gets no further than this. The verdict is signed, so that it may travel by a stick.

Source: docs/protocol.md section 10.
"""

import hashlib
import hmac
import re

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol.codec import Record, Wrapper, pack, unpack
from protocol.envelope.keys import (
    Context,
    NodeKeys,
    PublicKeys,
    Signed,
    Signer,
    sign_record,
    verify,
)
from protocol.envelope.suites import OpeningKey, SuiteNumber, seal
from protocol.errors import CodeWrongError, KitForeignError, MalformedError, SignatureError
from protocol.ids import DIGEST_BYTES, NodeId
from protocol.limits import MAX_JOIN_ANSWER_BYTES, MAX_JOIN_BYTES
from protocol.ports import Randomness
from protocol.text import identifier
from protocol.trust.kit import Ticket, read_ticket
from protocol.trust.proved import open_proved, prove

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I L O U
_CODE_CHARS = 12  # 60 bits
_CODE = re.compile(f"[{_ALPHABET}]{{{_CODE_CHARS}}}")
_ALIKE = str.maketrans("OIL", "011", " -_")
_ARGON_LANES, _ARGON_PASSES, _ARGON_KIB = 1, 2, 19 * 1024
_INFO = b"yizhan/join/1"


class JoinRequest(Record, frozen=True, kw_only=True):
    """The new node's keys, under its own signature."""

    node: str
    root: bytes  # of the kit: which county the node believes to join
    keys: PublicKeys
    tls_request: bytes  # PKCS#10, DER
    url: str = ""  # of a hub: where its children will call it; empty if the roster knows


class JoinParcel(Record, frozen=True, kw_only=True):
    """What is posted: the hub reads only for whom it is, and that its sender has a kit."""

    node: str
    sealed: bytes
    ticket: bytes  # of the kit


class Admission(Record, frozen=True, kw_only=True):
    """The authority's answer."""

    node: str
    certificate: bytes  # DER of the node's TLS certificate
    roster_proof: bytes
    roster: bytes  # changes from nothing: the whole roster
    time: bytes = b""  # Signed[TimeStatement]; empty while the county's clock is in doubt


class _Sealed(Wrapper, frozen=True, kw_only=True, array_like=True):
    request: bytes
    proof: bytes


class AdmissionAnswer(Wrapper, frozen=True, kw_only=True, array_like=True):
    """The admission, and the proof that its sender knows the code."""

    admission: bytes
    proof: bytes


class JoinVerdict(Record, frozen=True, kw_only=True):
    """The county's word on one request."""

    about: bytes  # SHA-256 of the signed request; of the sealed bytes if they can't be opened
    sealed: bytes  # SHA-256 of the sealed bytes: by it a carrier knows which request it has
    node: str
    code: str = ""  # why it is refused; empty: admitted
    detail: str = ""
    answer: bytes = b""  # AdmissionAnswer; empty if it is refused

    def __post_init__(self) -> None:
        """Refuse what is neither a yes nor a no."""
        if {len(self.about), len(self.sealed)} != {DIGEST_BYTES} or bool(self.code) == bool(
            self.answer
        ):
            raise ValueError("verdict")


def sign_verdict(delegation: bytes, registrar: Signer, verdict: JoinVerdict) -> bytes:
    """The bytes that travel back."""
    return prove(delegation, registrar, Context.ADMISSION, verdict)


def read_verdict(root: bytes, data: bytes, parcel: JoinParcel) -> JoinVerdict:
    """The county's word on a request of the node of ``parcel``; it may come any way.

    Whoever knows the request then compares ``about``, whoever carries it ``sealed``.

    Raises:
        SignatureError: not signed for this county, or about another node.
        MalformedError, TooLargeError: no verdict.
    """
    body = open_proved(root, Context.ADMISSION, data, limit=MAX_JOIN_ANSWER_BYTES)
    verdict = unpack(body, JoinVerdict, limit=MAX_JOIN_ANSWER_BYTES)
    if verdict.node != parcel.node:
        raise SignatureError("the answer to another node")
    return verdict


def own_verdict(root: bytes, data: bytes, parcel: JoinParcel, request_hash: bytes) -> JoinVerdict:
    """The same, for whoever has sent ``parcel``; raises alike, and for another request, too."""
    verdict = read_verdict(root, data, parcel)
    if verdict.about not in (request_hash, sealed_hash(parcel)):
        raise SignatureError("the answer to another request")
    return verdict


def sealed_hash(parcel: JoinParcel) -> bytes:
    """By which a verdict names a request to whoever can't open it."""
    return hashlib.sha256(parcel.sealed).digest()


def new_code(randomness: Randomness) -> str:
    """A fresh one-time code, grouped for reading aloud: ``7KQF-3M2P-9XTD``."""
    chars = "".join(_ALPHABET[byte % 32] for byte in randomness.token(_CODE_CHARS))
    return "-".join(chars[at : at + 4] for at in range(0, _CODE_CHARS, 4))


def code_key(code: str, node: NodeId) -> bytes:
    """The key made from a typed code.

    Small letters, blanks, O for 0, full-width letters, other dashes and unseen marks are forgiven.

    Raises:
        CodeWrongError: not the shape of a code.
    """
    plain = identifier(code).upper().translate(_ALIKE)
    if not _CODE.fullmatch(plain):
        raise CodeWrongError("a code has 12 letters and digits")
    return Argon2id(
        salt=b"yizhan/code/1" + bytes.fromhex(node),
        length=32,
        iterations=_ARGON_PASSES,
        lanes=_ARGON_LANES,
        memory_cost=_ARGON_KIB,
    ).derive(plain.encode())


def join_parcel(
    request: JoinRequest, keys: NodeKeys, key: bytes, county_keys: PublicKeys, ticket: bytes
) -> tuple[bytes, bytes]:
    """The bytes to post, and the hash by which the answer will be checked.

    Args:
        county_keys, ticket: of the kit.
    """
    signed = sign_record(keys.signer, Context.JOIN, request)
    inner = pack(_Sealed(request=signed, proof=_mac(key, b"join", signed)))
    info = _INFO + bytes.fromhex(request.node)
    sealed = seal(SuiteNumber.XWING, county_keys.xwing, inner, info)
    parcel = JoinParcel(node=request.node, sealed=sealed, ticket=ticket)
    return pack(parcel), hashlib.sha256(signed).digest()


def read_parcel(data: bytes) -> JoinParcel:
    """A parcel from outside.

    Raises:
        MalformedError, TooLargeError: it is none.
    """
    parcel = unpack(data, JoinParcel, limit=MAX_JOIN_BYTES)
    if not re.fullmatch("[0-9a-f]{16}", parcel.node):
        raise MalformedError("a parcel for no node")
    return parcel


def check_ticket(parcel: JoinParcel, root: bytes) -> Ticket:
    """The ticket of a parcel, so that nobody without a kit is listened to.

    Raises:
        SignatureError, MalformedError, TooLargeError: none of this county, or of another node.
    """
    ticket = read_ticket(root, parcel.ticket)
    if ticket.node != parcel.node:
        raise SignatureError("the ticket of another node")
    return ticket


def open_parcel(parcel: JoinParcel, key: OpeningKey) -> tuple[JoinRequest, Signed, bytes]:
    """The request (its own signature checked), its signed bytes, and the proof of the code.

    Raises:
        UnopenableError: sealed for another county.
        SignatureError, MalformedError: not a request of the node that it names.
    """
    inner = unpack(
        key.unwrap(parcel.sealed, _INFO + bytes.fromhex(parcel.node)), _Sealed, limit=MAX_JOIN_BYTES
    )
    signed = unpack(inner.request, Signed, limit=MAX_JOIN_BYTES)
    request = unpack(signed.body, JoinRequest, limit=MAX_JOIN_BYTES)
    if request.node != parcel.node:
        raise SignatureError("the parcel names another node than the request")
    verify(request.keys.signing, Context.JOIN, signed.body, signed.signature)
    return request, signed, inner.proof


def check_code(key: bytes, signed: Signed, proof: bytes) -> None:
    """Raise CodeWrongError unless the sender knew the code behind ``key``."""
    if not hmac.compare_digest(_mac(key, b"join", pack(signed)), proof):
        raise CodeWrongError


def answer_parcel(key: bytes, signed: Signed, admission: Admission) -> bytes:
    """The answer to an admitted node."""
    body = pack(admission)
    digest = hashlib.sha256(pack(signed)).digest()
    proof = _mac(key, b"admission", digest + body)
    return pack(AdmissionAnswer(admission=body, proof=proof))


def read_answer(data: bytes) -> tuple[Admission, AdmissionAnswer]:
    """An answer on its way; a hub may read the roster in it, the node checks it by its code.

    Raises:
        MalformedError, TooLargeError: not an answer.
    """
    answer = unpack(data, AdmissionAnswer, limit=MAX_JOIN_ANSWER_BYTES)
    return unpack(answer.admission, Admission, limit=MAX_JOIN_ANSWER_BYTES), answer


def check_answer(key: bytes, request_hash: bytes, answer: AdmissionAnswer) -> None:
    """Raise KitForeignError unless the county that answers knows the code."""
    expected = _mac(key, b"admission", request_hash + answer.admission)
    if not hmac.compare_digest(expected, answer.proof):
        raise KitForeignError("the answer was not made with this code")


def _mac(key: bytes, context: bytes, data: bytes) -> bytes:
    return hmac.digest(key, context + b"\0" + data, "sha256")
