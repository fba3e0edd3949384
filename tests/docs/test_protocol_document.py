"""docs/protocol.md names every message, field, context and limit of the code, and no other."""

import hashlib
import hmac
import re
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

import protocol
from central.relay.exchange import endpoint
from protocol import limits
from protocol.codec import Record, pack, unpack
from protocol.envelope.compress import dictionary_name, expand_public
from protocol.envelope.envelope import VERSION, Header, Lane
from protocol.envelope.keys import Context, NodeKeys, PublicKeys, Signed, new_signer
from protocol.envelope.number_payloads import (
    BlockUse,
    NumberBlock,
    NumberReport,
    Numbers,
    VoidedBlock,
    VoidedRun,
    Wanted,
)
from protocol.envelope.payloads import (
    Application,
    Attachment,
    Decision,
    Inquiry,
    Mark,
    Notices,
    Outcome,
    Receipt,
    ReceiptLine,
    ReceiptState,
    Rejection,
    Renewal,
    Renewed,
    Statement,
)
from protocol.envelope.suites import SuiteNumber, new_opening_key, seal
from protocol.errors import every_error
from protocol.exchange.catching_up import RosterAnswer, RosterQuestion
from protocol.exchange.exchange import ANSWER_S
from protocol.exchange.lanes import QUANTUM_BYTES, WEIGHTS
from protocol.exchange.messages import KINDS, Idle
from protocol.exchange.refusal import Refusal
from protocol.exchange.session import VERSIONS
from protocol.exchange.wire import FrameReader, encode
from protocol.ids import NodeId
from protocol.numbers.number import NumberKind
from protocol.stick.names import BagHead, FileKind, Listed
from protocol.trust.audit import AuditHead
from protocol.trust.budget import Budget, LaneBudget
from protocol.trust.edition import Head, Kind, changes, digest
from protocol.trust.enrolment import (
    Admission,
    AdmissionAnswer,
    JoinParcel,
    JoinRequest,
    JoinVerdict,
    answer_parcel,
    code_key,
    join_parcel,
    open_parcel,
    read_parcel,
)
from protocol.trust.kit import Contact, Kit, Ticket
from protocol.trust.renewal import RenewalRequest
from protocol.trust.reports.health import Condition, Health, Heard
from protocol.trust.reports.notice import Notice
from protocol.trust.reports.roaming import RoamingReport
from protocol.trust.roster import (
    Delegation,
    Drained,
    NextAuthority,
    NextKeys,
    NextSigning,
    Role,
    RosterEntry,
    RosterProof,
    State,
)
from protocol.trust.rules import Rules
from protocol.trust.time_statement import TimeStatement
from runtime.line import client, guard, http, listener, server, sockets
from runtime.line import conversation as converse
from runtime.line.places import NODES
from tests.builders.chance import SeededRandomness

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "protocol.md").read_text("utf-8")
FOLDERS = ("protocol", "runtime", "central", "provisioning", "station_agent")
SECTIONS = {
    found[1]: found[2]
    for found in re.finditer(r"^#+ (.+)\n((?:(?!^#+ ).*\n)*)", TEXT, flags=re.MULTILINE)
}
NUMBERED = {title.split(" ")[0].rstrip("."): body for title, body in SECTIONS.items()}
PAYLOADS = (
    *(Application, Inquiry, Renewal, Renewed, Receipt, Decision, Rejection, Notices),
    *(NumberReport, Numbers),
)
RECORDS = (
    AuditHead,
    *(
        Budget,
        LaneBudget,
        Signed,
        Attachment,
        Statement,
        ReceiptLine,
        Mark,
        Notice,
        NumberBlock,
        BlockUse,
        VoidedRun,
        Wanted,
        VoidedBlock,
        RenewalRequest,
        Head,
        RosterEntry,
        RosterQuestion,
        RosterAnswer,
        NextAuthority,
        NextKeys,
        NextSigning,
        Drained,
        PublicKeys,
        Delegation,
        Rules,
    ),
    *(
        RosterProof,
        Refusal,
        Kit,
        Contact,
        JoinRequest,
        JoinParcel,
        JoinVerdict,
        Ticket,
        Admission,
        Listed,
        BagHead,
        RoamingReport,
        TimeStatement,
        Health,
        Heard,
    ),
)
TITLES: dict[str, type[Record]] = {
    **{f"{kind.__name__}, tag {tag}": kind for tag, kind in KINDS.items()},
    **{f"{kind.__name__}, type `{kind.__struct_config__.tag}`": kind for kind in PAYLOADS},
    **{kind.__name__: kind for kind in RECORDS},
}
ENUMS: dict[str, tuple[str, ...]] = {
    "7.2": tuple(one.value for one in (*Role, *State)),
    "9.7": tuple(condition.value for condition in Condition),
    "7.1": tuple(kind.value for kind in Kind),
    "NumberBlock": tuple(kind.value for kind in NumberKind),
    "ReceiptLine": tuple(state.value for state in ReceiptState),
    "Decision, type `decision`": tuple(outcome.value for outcome in Outcome),
}


def rows(section: str) -> list[list[str]]:
    """The cells of every table row of a section, without backquotes."""
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [
        [cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
    ]


def fields(section: str) -> dict[str, bool]:
    """Name of each field of the section's first table, and whether it is required."""
    table = section.strip().splitlines()
    start = next(at for at, line in enumerate(table) if line.startswith("| field |"))
    body = "\n".join(line for line in _until_blank(table[start + 2 :]))
    return {row[0]: row[2] == "required" for row in rows(body)}


def chapter(title: str) -> str:
    """A section with everything below it; ``title`` is its number or its whole heading."""
    found = re.search(
        rf"^(#+) {re.escape(title)}(?=[ .\n]).*\n((?:(?!^#+ ).*\n|^\1#+ .*\n)*)", TEXT, re.MULTILINE
    )
    assert found, title
    return found[2]


def _until_blank(lines: list[str]) -> list[str]:
    return lines[: lines.index("")] if "" in lines else lines


@pytest.mark.parametrize("title", sorted(TITLES))
def test_a_record_has_the_fields_of_its_table(title: str) -> None:
    known = {one.encode_name: one.required for one in msgspec.structs.fields(TITLES[title])}
    assert fields(SECTIONS[title]) == known


def test_no_table_describes_a_record_that_is_not_there() -> None:
    described = {title for title, body in SECTIONS.items() if "| field | type | absent |" in body}
    assert described == set(TITLES)


def test_the_header_has_the_keys_of_its_table() -> None:
    table = {row[0]: (row[1], row[3] == "required") for row in rows(NUMBERED["4.1"])[2:]}
    known = {one.name: (one.encode_name, one.required) for one in msgspec.structs.fields(Header)}
    assert table == known


def test_every_context_stands_there_with_its_nul() -> None:
    table = {row[0]: row[1] for row in rows(NUMBERED["4.4"])[2:]}
    assert table == {one.name: one.value.decode().replace("\0", r"\0") for one in Context}


def test_every_limit_stands_there_with_its_number() -> None:
    known = {name: f"{value:,}" for name, value in vars(limits).items() if name.isupper()}
    assert {row[0]: row[1] for row in rows(NUMBERED["12"])[2:]} == known


def test_lanes_have_their_numbers_and_weights() -> None:
    table = {row[0]: (row[1], row[2]) for row in rows(NUMBERED["8.5"])[2:]}
    assert table == {lane.name: (str(int(lane)), str(WEIGHTS[lane])) for lane in Lane}
    assert f"{QUANTUM_BYTES:,} bytes" in NUMBERED["8.5"]


def test_suites_have_their_sizes() -> None:
    table = {row[0]: (row[4], row[5]) for row in rows(NUMBERED["4.3"])[2:4]}
    assert table == {str(int(suite)): _sizes(suite) for suite in SuiteNumber}


def _sizes(suite: SuiteNumber) -> tuple[str, str]:
    public = new_opening_key(suite, SeededRandomness(1)).public_bytes()
    return f"{len(public):,}", f"{len(seal(suite, public, b'', b'')):,}"


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


def test_the_dictionary_is_the_one_that_is_shipped() -> None:
    shipped = (Path(protocol.__file__).parent / "dictionary.zdict").read_bytes()
    assert dictionary_name() == hashlib.sha256(shipped).hexdigest()
    table = {row[0]: row[1] for row in rows(NUMBERED["4.2"])[2:]}
    assert table["SHA-256"] == dictionary_name()
    assert table["file"] == f"protocol/dictionary.zdict, {len(shipped):,} bytes"
    assert table["zstd dictionary id"] == str(int.from_bytes(shipped[4:8], "little"))


def test_every_enumerated_value_is_named() -> None:
    for title, values in ENUMS.items():
        assert [value for value in values if f"`{value}`" not in chapter(title)] == [], title


def test_files_on_a_stick_have_their_ends_and_limits() -> None:
    table = {row[0]: row[2] for row in rows(NUMBERED["11"])[2:]}
    for kind in FileKind:
        owner = "-<origin>" if kind is FileKind.BLOB else ""
        assert table[f".../<xx>/<id>{owner}.{kind.value}"] == f"{kind.max_bytes:,}"


def test_every_error_code_that_is_named_exists() -> None:
    codes = {error.code for error in every_error()}
    families = {code.split(".")[0] for code in codes if "." in code}
    named = set(re.findall(r"`([a-z]+\.[a-z-]+)`", TEXT))
    assert {code for code in named if code.split(".")[0] in families} <= codes


def test_every_version_is_the_one_that_is_described() -> None:
    assert VERSIONS == (VERSION,) == (1,)
    assert TEXT.startswith("# The protocol of Yizhan, version 1\n")


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


def test_times_are_those_of_the_programs() -> None:
    table = {row[0]: row[1] for row in rows(NUMBERED["8.7"])[2:]}
    known = {
        "child connects, with TLS": client._CONNECT_S[0],
        "TCP's repeats stay unanswered": sockets.DEAD_S,
        "TLS is done, up to the end of the first HTTP head": guard.HEAD_S,
        "first byte of a connection": listener.FIRST_BYTE_S,
        "TLS of a connection, from its first byte": listener.HANDSHAKE_S,
        "child's Hello is whole, after the HTTP head": server._HELLO_S,
        "no byte moved in either direction": limits.SILENCE_S,
        "a frame that has begun is whole": limits.FRAME_GRACE_S,
        "an item, an answer or an Ack comes, unless the exchange is settled": limits.STALL_S,
        "join request is whole, after the HTTP head": endpoint.JOIN_S,
        "no answer on a path that may be half duplex": ANSWER_S,
        "last Bye is written": converse._LAST_WORDS_S,
        "answer to a join request": client._ANSWER_S,
    }
    assert {what: table[what].split(",")[0] for what in known} == {
        what: f"{seconds:g} s" for what, seconds in known.items()
    }
    kinds = {
        "connections that have not sent a byte": NODES.silent,
        "connections with TLS or the first head under way": NODES.talking,
        "connections of nodes": NODES.known,
        "connections of others": NODES.strange,
    }
    assert {what: table[what] for what in kinds} == {
        what: f"{kind.per_key:,} of one caller, {kind.total:,} in all"
        for what, kind in kinds.items()
    }


def test_paths_are_those_of_the_programs() -> None:
    assert f"`{http.EXCHANGE_PATH}`" in NUMBERED["8"]
    assert f"`Content-Type: {http.CONTENT_TYPE}`" in NUMBERED["8"]
    assert f"`{http.JOIN_PATH}`" in chapter("10.3")


def _hex_after(heading: str, quote: str) -> bytes:
    text = TEXT.partition(heading)[2].partition("Example")[2]
    found = re.search(rf"{quote}([0-9a-f \n]{{20,}}){quote}", text)
    assert found
    return bytes.fromhex(found[1])


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_section_that_the_code_cites_is_there(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        for cited in re.findall(r"protocol\.md sections? ([\d., and]+)", path.read_text("utf-8")):
            missing = set(re.findall(r"\d+(?:\.\d+)?", cited)) - NUMBERED.keys()
            assert not missing, path
