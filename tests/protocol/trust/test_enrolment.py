"""The code never travels, yet both sides prove that they know it."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack
from protocol.envelope.keys import Context, NodeKeys, SoftwareSigner, new_signer, sign_record
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber, new_opening_key, seal
from protocol.errors import (
    CodeWrongError,
    KitForeignError,
    MalformedError,
    PeerError,
    SignatureError,
    TooLargeError,
    UnopenableError,
)
from protocol.ids import NodeId
from protocol.limits import MAX_JOIN_BYTES
from protocol.trust.certificate import tls_request
from protocol.trust.enrolment import (
    Admission,
    JoinParcel,
    JoinRequest,
    JoinVerdict,
    answer_parcel,
    check_answer,
    check_code,
    check_ticket,
    code_key,
    join_parcel,
    new_code,
    open_parcel,
    own_verdict,
    read_answer,
    read_parcel,
    read_verdict,
    sealed_hash,
    sign_verdict,
)
from protocol.trust.kit import make_ticket
from protocol.trust.roster import Delegation
from tests.builders.chance import SeededRandomness

NODE, OTHER = NodeId("0123456789abcdef"), NodeId("fedcba9876543210")
CODE = "7KQF-3M2P-9XTD"
KEY = code_key(CODE, NODE)
ADMISSION = Admission(node=NODE, certificate=b"der", roster_proof=b"proof", roster=b"roster")


def make_keys(seed: int) -> NodeKeys:
    chance = SeededRandomness(seed)
    return NodeKeys(
        signer=SoftwareSigner(chance.token(32)),
        opening={suite: new_opening_key(suite, chance) for suite in SuiteNumber},
    )


COUNTY, STATION = make_keys(1), make_keys(2)
COUNTY_KEY = COUNTY.opening[SuiteNumber.XWING]
REQUEST = JoinRequest(
    node=NODE, root=b"r" * 32, keys=STATION.public(), tls_request=tls_request(NODE, b"t" * 32)
)


def send(request: JoinRequest = REQUEST, keys: NodeKeys = STATION) -> tuple[JoinParcel, bytes]:
    data, digest = join_parcel(request, keys, KEY, COUNTY.public(), b"ticket")
    return read_parcel(data), digest


def test_a_code_can_be_read_aloud() -> None:
    codes = {new_code(SeededRandomness(seed)) for seed in range(100)}
    assert len(codes) == 100
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", c) for c in codes)


@pytest.mark.parametrize("typed", ["7kqf3m2p9xtd", " 7KQF 3M2P 9XTD\n", "7kqf_3m2p-9xtd"])
def test_a_code_typed_carelessly_makes_the_same_key(typed: str) -> None:
    assert code_key(typed, NODE) == KEY


def test_letters_that_look_like_digits_are_forgiven() -> None:
    assert code_key("O1IL-0000-0000", NODE) == code_key("0111-0000-0000", NODE)


@pytest.mark.parametrize(
    "typed", ["", "7KQF-3M2P-9XT", "7KQF-3M2P-9XTDD", "7KQF-3M2P-9XTU", "七KQF-3M2P-9XTD"]
)
def test_what_has_not_the_shape_of_a_code_is_wrong_at_once(typed: str) -> None:
    with pytest.raises(CodeWrongError):
        code_key(typed, NODE)


def test_a_code_on_paper_outlives_an_upgrade() -> None:
    """The key is kept by the authority, so its derivation must never change."""
    assert KEY.hex() == "2ca958ae71d18a3a07b6df42b457d7bd3edad05785604daff1bb4a6b269bdbe9"
    assert code_key(CODE, OTHER) != KEY


def test_the_county_gets_the_request_and_the_proof() -> None:
    parcel, _ = send()
    request, signed, proof = open_parcel(parcel, COUNTY_KEY)
    assert (parcel.node, request) == (NODE, REQUEST)
    check_code(KEY, signed, proof)


def test_a_repeated_request_is_the_same_one_in_another_seal() -> None:
    (first, first_hash), (second, second_hash) = send(), send()
    assert first_hash == second_hash
    assert first.sealed != second.sealed
    assert open_parcel(first, COUNTY_KEY) == open_parcel(second, COUNTY_KEY)


def test_a_hub_on_the_way_reads_only_for_whom_it_is() -> None:
    parcel, _ = send()
    for secret in (STATION.signer.public_bytes(), REQUEST.root, REQUEST.tls_request):
        assert secret not in pack(parcel)
    with pytest.raises(UnopenableError):
        open_parcel(parcel, new_opening_key(SuiteNumber.XWING, SeededRandomness(9)))


def test_a_parcel_can_not_be_passed_off_as_another_node_s() -> None:
    with pytest.raises(UnopenableError):
        open_parcel(msgspec.structs.replace(send()[0], node=OTHER), COUNTY_KEY)


def test_no_bit_of_the_sealed_part_can_be_changed() -> None:
    parcel, _ = send()
    for at in range(0, len(parcel.sealed), 37):
        changed = bytearray(parcel.sealed)
        changed[at] ^= 0x10
        with pytest.raises(UnopenableError):
            open_parcel(msgspec.structs.replace(parcel, sealed=bytes(changed)), COUNTY_KEY)


def test_a_request_must_be_signed_by_the_key_in_it() -> None:
    with pytest.raises(SignatureError):
        open_parcel(send(keys=make_keys(3))[0], COUNTY_KEY)


def test_a_request_must_be_of_the_node_on_the_parcel() -> None:
    smuggled = msgspec.structs.replace(REQUEST, node=OTHER)
    parcel, _ = send(smuggled)
    assert open_parcel(parcel, COUNTY_KEY)[0].node == OTHER
    inner = COUNTY_KEY.unwrap(parcel.sealed, b"yizhan/join/1" + bytes.fromhex(OTHER))
    with pytest.raises(SignatureError, match="another node"):
        open_parcel(parcel_of(inner), COUNTY_KEY)


def parcel_of(inner: bytes) -> JoinParcel:
    """A parcel for NODE with these bytes under the seal."""
    info = b"yizhan/join/1" + bytes.fromhex(NODE)
    sealed = seal(SuiteNumber.XWING, COUNTY.public().xwing, inner, info)
    return JoinParcel(node=NODE, sealed=sealed, ticket=b"ticket")


@given(st.binary(max_size=300))
def test_whatever_stands_under_the_seal_is_refused_in_our_own_words(inner: bytes) -> None:
    with pytest.raises(PeerError):
        open_parcel(parcel_of(inner), COUNTY_KEY)


@pytest.mark.parametrize("typed", ["7KQF-3M2P-9XTE", "0000-0000-0000"])
def test_another_code_does_not_fit(typed: str) -> None:
    _, signed, proof = open_parcel(send()[0], COUNTY_KEY)
    with pytest.raises(CodeWrongError):
        check_code(code_key(typed, NODE), signed, proof)


def test_a_proof_is_for_one_request_only() -> None:
    _, _, proof = open_parcel(send()[0], COUNTY_KEY)
    _, other, _ = open_parcel(send(msgspec.structs.replace(REQUEST, root=b"q" * 32))[0], COUNTY_KEY)
    with pytest.raises(CodeWrongError):
        check_code(KEY, other, proof)


def test_the_node_knows_its_county_by_the_answer() -> None:
    parcel, digest = send()
    _, signed, _ = open_parcel(parcel, COUNTY_KEY)
    admission, answer = read_answer(answer_parcel(KEY, signed, ADMISSION))
    assert admission == ADMISSION
    check_answer(KEY, digest, answer)


def test_an_answer_without_the_code_or_to_another_request_is_not_believed() -> None:
    parcel, digest = send()
    _, signed, _ = open_parcel(parcel, COUNTY_KEY)
    guessed = answer_parcel(code_key("0000-0000-0000", NODE), signed, ADMISSION)
    for data, request_hash in (
        (guessed, digest),
        (answer_parcel(KEY, signed, ADMISSION), b"0" * 32),
    ):
        with pytest.raises(KitForeignError):
            check_answer(KEY, request_hash, read_answer(data)[1])


def test_no_byte_of_an_answer_can_be_changed() -> None:
    parcel, digest = send()
    _, signed, _ = open_parcel(parcel, COUNTY_KEY)
    whole = answer_parcel(KEY, signed, ADMISSION)

    def believe(data: bytes) -> None:
        check_answer(KEY, digest, read_answer(data)[1])

    for at in range(len(whole)):
        with pytest.raises((PeerError, KitForeignError)):
            believe(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])


@pytest.mark.parametrize("node", ["", "0123", "0123456789ABCDEF", "0123456789abcdef0", "../../etc"])
def test_a_parcel_is_for_a_node(node: str) -> None:
    with pytest.raises(MalformedError):
        read_parcel(pack(JoinParcel(node=node, sealed=b"", ticket=b"")))


def test_a_parcel_is_small() -> None:
    with pytest.raises(TooLargeError):
        read_parcel(pack(JoinParcel(node=NODE, sealed=bytes(MAX_JOIN_BYTES), ticket=b"")))
    assert len(pack(send()[0])) < MAX_JOIN_BYTES / 4


@given(st.binary(max_size=300))
def test_other_bytes_are_neither_parcel_nor_answer(data: bytes) -> None:
    for read in (read_parcel, read_answer):
        with pytest.raises(PeerError):
            read(data)


def test_a_thin_key_opens_no_parcel() -> None:
    thin = SoftwareOpeningKey(SuiteNumber.X25519, b"k" * 32)
    with pytest.raises(UnopenableError):
        open_parcel(send()[0], thin)


ROOT, REGISTRAR = (new_signer(SeededRandomness(seed)) for seed in (31, 32))
DELEGATION = sign_record(
    ROOT,
    Context.REGISTRAR,
    Delegation(number=1, registrar=REGISTRAR.public_bytes(), created_ms=0),
)


def test_a_verdict_is_for_one_node_and_one_request_and_of_one_county() -> None:
    parcel, digest = send()
    root = ROOT.public_bytes()
    yes = JoinVerdict(about=digest, sealed=bytes(32), node=NODE, answer=b"answer")
    no = JoinVerdict(
        about=sealed_hash(parcel), sealed=bytes(32), node=NODE, code="kit.other-county"
    )
    for verdict in (yes, no):
        data = sign_verdict(DELEGATION, REGISTRAR, verdict)
        assert own_verdict(root, data, parcel, digest) == verdict
        with pytest.raises(SignatureError, match="another node"):
            read_verdict(root, data, msgspec.structs.replace(parcel, node=OTHER))
        for by, signer in ((ROOT, ROOT), (REGISTRAR, REGISTRAR)):
            with pytest.raises(PeerError):
                read_verdict(by.public_bytes(), sign_verdict(DELEGATION, signer, verdict), parcel)
    other = msgspec.structs.replace(parcel, sealed=b"another request")
    with pytest.raises(SignatureError, match="another request"):
        own_verdict(root, sign_verdict(DELEGATION, REGISTRAR, no), other, digest)
    with pytest.raises(SignatureError, match="another request"):
        own_verdict(root, sign_verdict(DELEGATION, REGISTRAR, yes), parcel, bytes(32))
    with pytest.raises(ValueError, match="verdict"):
        JoinVerdict(about=digest, sealed=bytes(32), node=NODE, code="code.wrong", answer=b"both")
    with pytest.raises(ValueError, match="verdict"):
        JoinVerdict(about=digest, sealed=bytes(32), node=NODE)


def test_nobody_is_listened_to_without_a_ticket_for_the_node_that_he_names() -> None:
    def ticket(signer: SoftwareSigner, node: str) -> bytes:
        return make_ticket(DELEGATION, signer, node, b"invited!")

    parcel, root = send()[0], ROOT.public_bytes()
    good = msgspec.structs.replace(parcel, ticket=ticket(REGISTRAR, NODE))
    assert check_ticket(good, root).invitation == b"invited!"
    for wrong in (b"", ticket(REGISTRAR, OTHER), ticket(ROOT, NODE)):
        with pytest.raises(PeerError):
            check_ticket(msgspec.structs.replace(parcel, ticket=wrong), root)
