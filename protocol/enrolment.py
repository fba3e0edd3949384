"""Joining: what a new node asks of the authority, and what it gets back.

::

    code key = Argon2id(one-time code, salt = "yizhan/code/1" || node id)
    request  = Signed(JoinRequest) by the new signing key; the CSR is signed by the new TLS key
    proof    = HMAC-SHA256(code key, "join" || request)
    sealed   = HPKE(suite 1, county key, info = "yizhan/join/1" || node id, [request, proof])
    answer   = [admission, HMAC-SHA256(code key, "admission" || SHA-256(request) || admission)]

The request is sealed, so a hub that passes it on can neither read the proof nor try codes
against it. The answer's HMAC proves that the county knows the code: a kit made by somebody else
gets no further than this.

Source: docs/protocol.md section 10.
"""

import hashlib
import hmac
import re

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol.codec import Record, pack, unpack
from protocol.errors import CodeWrongError, KitForeignError, MalformedError, SignatureError
from protocol.ids import NodeId
from protocol.keys import Context, NodeKeys, PublicKeys, Signed, sign_record, verify
from protocol.limits import MAX_JOIN_ANSWER_BYTES, MAX_JOIN_BYTES
from protocol.ports import Randomness
from protocol.suites import OpeningKey, SuiteNumber, seal

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
    """What is posted: the hub reads only for whom it is."""

    node: str
    sealed: bytes


class Admission(Record, frozen=True, kw_only=True):
    """The authority's answer."""

    node: str
    certificate: bytes  # DER of the node's TLS certificate
    roster_proof: bytes
    roster: bytes  # changes from nothing: the whole roster
    time: bytes = b""  # Signed[TimeStatement]; empty while the county's clock is in doubt


class _Sealed(Record, frozen=True, kw_only=True, array_like=True):
    request: bytes
    proof: bytes


class AdmissionAnswer(Record, frozen=True, kw_only=True, array_like=True):
    """The admission, and the proof that its sender knows the code."""

    admission: bytes
    proof: bytes


def new_code(randomness: Randomness) -> str:
    """A fresh one-time code, grouped for reading aloud: ``7KQF-3M2P-9XTD``."""
    chars = "".join(_ALPHABET[byte % 32] for byte in randomness.token(_CODE_CHARS))
    return "-".join(chars[at : at + 4] for at in range(0, _CODE_CHARS, 4))


def code_key(code: str, node: NodeId) -> bytes:
    """The key made from a typed code; small letters, spaces and O for 0 are forgiven.

    Raises:
        CodeWrongError: not the shape of a code.
    """
    plain = code.strip().upper().translate(_ALIKE)
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
    request: JoinRequest, keys: NodeKeys, key: bytes, county_keys: PublicKeys
) -> tuple[bytes, bytes]:
    """The bytes to post, and the hash by which the answer will be checked."""
    signed = sign_record(keys.signer, Context.JOIN, request)
    inner = pack(_Sealed(request=signed, proof=_mac(key, b"join", signed)))
    info = _INFO + bytes.fromhex(request.node)
    sealed = seal(SuiteNumber.XWING, county_keys.xwing, inner, info)
    return pack(JoinParcel(node=request.node, sealed=sealed)), hashlib.sha256(signed).digest()


def read_parcel(data: bytes) -> JoinParcel:
    """A parcel from outside.

    Raises:
        MalformedError, TooLargeError: it is none.
    """
    parcel = unpack(data, JoinParcel, limit=MAX_JOIN_BYTES)
    if not re.fullmatch("[0-9a-f]{16}", parcel.node):
        raise MalformedError("a parcel for no node")
    return parcel


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
