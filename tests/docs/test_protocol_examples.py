"""The examples of docs/protocol.md, and a second implementation of what it describes."""

import hashlib
import hmac
import re

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol.codec import pack, unpack
from protocol.envelope.compress import expand_public
from protocol.envelope.envelope import Header
from protocol.envelope.keys import NodeKeys, new_signer
from protocol.envelope.suites import SuiteNumber, new_opening_key, seal
from protocol.exchange.messages import Idle
from protocol.exchange.wire import FrameReader, encode
from protocol.ids import NodeId
from protocol.trust.edition import changes, digest
from protocol.trust.enrolment import (
    Admission,
    AdmissionAnswer,
    JoinRequest,
    answer_parcel,
    code_key,
    join_parcel,
    open_parcel,
    read_parcel,
)
from tests.builders.chance import SeededRandomness
from tests.docs.protocol_document import NUMBERED, TEXT, chapter, rows


def test_a_second_implementation_opens_suite_1_with_the_numbers_of_the_table() -> None:
    kem, kdf, aead = (
        bytes.fromhex(found)
        for found in re.findall(r"\(0x([0-9A-F]{4})\)", NUMBERED["4.3"].splitlines()[3])
    )
    key = new_opening_key(SuiteNumber.XWING, SeededRandomness(2))
    sealed = seal(SuiteNumber.XWING, key.public_bytes(), b"a record", b"info")
    suite, secret = b"HPKE" + kem + kdf + aead, _xwing(key.secret, sealed[:1120])
    hashes = [_extract(b"", suite + label) for label in (b"psk_id_hash", b"info_hashinfo")]
    context = b"\0" + hashes[0] + hashes[1]
    schedule = _extract(secret, suite + b"secret")
    cipher = ChaCha20Poly1305(_expand(schedule, suite + b"key" + context, 32))
    nonce = _expand(schedule, suite + b"base_nonce" + context, 12)
    assert cipher.decrypt(nonce, sealed[1120:], b"") == b"a record"


def _xwing(secret: bytes, encapsulated: bytes) -> bytes:
    own = X25519PrivateKey.from_private_bytes(secret[64:])
    theirs = encapsulated[1088:]
    parts = (
        MLKEM768PrivateKey.from_seed_bytes(secret[:64]).decapsulate(encapsulated[:1088]),
        own.exchange(X25519PublicKey.from_public_bytes(theirs)),
        theirs,
        own.public_key().public_bytes_raw(),
        rb"\.//^\ ".strip(),
    )
    return hashlib.sha3_256(b"".join(parts)).digest()


def _extract(salt: bytes, labeled: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + labeled, "sha256")


def _expand(key: bytes, labeled: bytes, size: int) -> bytes:
    info = size.to_bytes(2, "big") + b"HPKE-v1" + labeled
    return hmac.digest(key, info + b"\x01", "sha256")[:size]


def test_the_example_of_a_frame_is_right() -> None:
    data = _hex_after("### 8.1", "`")
    idle = Idle(sent=3, got=2)
    assert data == encode(idle)
    assert list(FrameReader().feed(data)) == [idle]


def test_the_example_of_a_header_is_right() -> None:
    data = _hex_after("### 4.1", "```")
    header = unpack(data, Header)
    assert pack(header) == data
    assert (header.origin.hex(), header.to.hex()) == ("0011223344556677", "8899aabbccddeeff")


def test_the_example_of_a_digest_is_right() -> None:
    assert f"`{digest({'a': b'xy'}).hex()}`" in chapter("7.1")


def test_the_example_of_changes_is_right() -> None:
    body = changes({"b": b""}, {"a": b"xy"})  # this base is too short to be a dictionary
    assert expand_public(body, limit=100).hex(" ") in chapter("7.1")


def test_the_code_key_is_made_with_the_parameters_of_its_table() -> None:
    table = {row[0]: row[1].split(" ")[0].replace(",", "") for row in rows(NUMBERED["10.2"])[2:]}
    node = NodeId("0011223344556677")
    derived = Argon2id(
        salt=table["salt"].encode() + bytes.fromhex(node),
        length=int(table["length"]),
        iterations=int(table["passes"]),
        lanes=int(table["lanes"]),
        memory_cost=int(table["memory"]),
    ).derive(b"7KQF3M2P9XTD")
    assert code_key("7kqf-3m2p_9xtd", node) == derived


def test_the_proof_of_a_join_is_made_as_the_document_says() -> None:
    chance = SeededRandomness(3)
    opening = {suite: new_opening_key(suite, chance) for suite in SuiteNumber}
    keys = NodeKeys(signer=new_signer(chance), opening=opening)
    request = JoinRequest(
        node="0011223344556677", root=bytes(32), keys=keys.public(), tls_request=b""
    )
    parcel, request_hash = join_parcel(request, keys, b"key", keys.public(), b"")
    _, signed, proof = open_parcel(read_parcel(parcel), opening[SuiteNumber.XWING])
    assert proof == hmac.digest(b"key", b"join\0" + pack(signed), "sha256")
    admission = Admission(node=request.node, certificate=b"", roster_proof=b"", roster=b"")
    answer = unpack(answer_parcel(b"key", signed, admission), AdmissionAnswer)
    stated = b"admission\0" + hashlib.sha256(pack(signed)).digest() + pack(admission)
    assert answer.proof == hmac.digest(b"key", stated, "sha256")
    assert request_hash == hashlib.sha256(pack(signed)).digest()


def _hex_after(heading: str, quote: str) -> bytes:
    text = TEXT.partition(heading)[2].partition("Example")[2]
    found = re.search(rf"{quote}([0-9a-f \n]{{20,}}){quote}", text)
    assert found
    return bytes.fromhex(found[1])
