"""An envelope opens for its recipient, proves its sender, and bears no changed bit."""

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack, unpack
from protocol.envelope.blob import sealed_size
from protocol.envelope.compress import squeeze
from protocol.envelope.envelope import Header, Lane, read_envelope
from protocol.envelope.keys import Context, Signed
from protocol.envelope.payloads import Application, Attachment, payload_bytes, read_payload
from protocol.envelope.suites import SuiteNumber, seal
from protocol.errors import MalformedError, PeerError, TooLargeError, UnopenableError
from protocol.ids import NodeId
from protocol.limits import (
    MAX_APPLICATION_FILES_BYTES,
    MAX_ENVELOPE_BYTES,
    MAX_FILES,
    MAX_FORM_BYTES,
    MAX_PLAINTEXT_BYTES,
)
from tests.builders.envelopes import COUNTY, OTHER_STATION, STATION, keys_of, make_header
from tests.builders.envelopes import seal as seal_to
from tests.builders.memory import peak_bytes
from tests.builders.strategies import flipped

PAYLOAD = "居民最低生活保障".encode() * 3
KEYS = keys_of(COUNTY)
SIGNING = keys_of(STATION).public().signing
EXAMPLES = {suite: seal_to(PAYLOAD, make_header(suite=suite)) for suite in SuiteNumber}

suites = pytest.mark.parametrize("suite", SuiteNumber)


@suites
@given(payload=st.binary(max_size=2000))
def test_what_is_sealed_reaches_the_recipient_unchanged(suite: SuiteNumber, payload: bytes) -> None:
    envelope = seal_to(payload, make_header(suite=suite))
    envelope.check(SIGNING)
    assert envelope.open(KEYS.opening[suite]) == payload


@suites
@given(bit=st.integers(0, 100_000))
def test_an_envelope_with_any_bit_flipped_is_refused(suite: SuiteNumber, bit: int) -> None:
    wire = flipped(EXAMPLES[suite].wire, bit)
    with pytest.raises(PeerError):
        read_envelope(wire).check(SIGNING)


def test_that_holds_for_each_single_bit_of_a_thin_envelope() -> None:
    wire = EXAMPLES[SuiteNumber.X25519].wire
    for bit in range(len(wire) * 8):
        with pytest.raises(PeerError):
            read_envelope(flipped(wire, bit)).check(SIGNING)


@suites
def test_sealed_bytes_that_a_thief_signs_as_his_own_do_not_open(suite: SuiteNumber) -> None:
    example = EXAMPLES[suite]
    thief = keys_of(OTHER_STATION).signer
    header = pack(make_header(origin=OTHER_STATION, suite=suite))
    signed = pack([header, example.sealed])
    stolen = read_envelope(
        pack(Signed(body=signed, signature=thief.sign(Context.ENVELOPE, signed)))
    )
    stolen.check(keys_of(OTHER_STATION).public().signing)
    with pytest.raises(UnopenableError):
        stolen.open(KEYS.opening[suite])


def test_the_names_of_an_envelope_come_from_its_header() -> None:
    blobs = ((b"b" * 32, 70_016),)
    header = make_header(seq=3, lane=Lane.URGENT, blobs=blobs)
    envelope = seal_to(PAYLOAD, header)
    assert envelope.header == header
    assert (envelope.origin, envelope.to, envelope.lane) == (STATION, COUNTY, Lane.URGENT)
    assert envelope.blobs == blobs
    assert envelope.incarnation == header.incarnation
    assert envelope.id == hashlib.sha256(envelope.signed).digest()


def test_sealing_twice_makes_two_envelopes() -> None:
    assert seal_to(PAYLOAD).id != seal_to(PAYLOAD).id


def test_the_clear_part_tells_nothing_of_the_payload() -> None:
    secret = b"450000189912310019"
    envelope = seal_to(secret * 20)
    assert secret not in envelope.wire
    assert secret[:6] not in envelope.header_bytes


@pytest.mark.parametrize("size", range(0, 130, 13))
def test_the_sealed_size_grows_in_steps_of_64(size: int) -> None:
    noise = random.Random(size).randbytes(size)
    sealed = seal_to(noise, make_header(suite=SuiteNumber.X25519)).sealed
    assert (len(sealed) - 48) % 64 == 0


def test_it_opens_with_the_key_it_names_only() -> None:
    envelope = EXAMPLES[SuiteNumber.XWING]
    for key in (*keys_of(STATION).opening.values(), KEYS.opening[SuiteNumber.X25519]):
        with pytest.raises(UnopenableError):
            envelope.open(key)


def test_another_station_did_not_sign_it() -> None:
    with pytest.raises(PeerError):
        EXAMPLES[SuiteNumber.XWING].check(keys_of(OTHER_STATION).public().signing)


@given(st.binary(max_size=300))
def test_foreign_bytes_are_no_envelope(data: bytes) -> None:
    with pytest.raises(PeerError):
        read_envelope(data)


def test_a_payload_over_the_limit_is_not_sealed() -> None:
    with pytest.raises(TooLargeError):
        seal_to(bytes(MAX_PLAINTEXT_BYTES + 1))
    with pytest.raises(TooLargeError):
        seal_to(random.Random(1).randbytes(MAX_ENVELOPE_BYTES))


def test_the_longest_payload_that_is_sealed_can_be_opened() -> None:
    payload = bytes(MAX_PLAINTEXT_BYTES)
    assert seal_to(payload).open(KEYS.opening[SuiteNumber.XWING]) == payload


def test_the_largest_application_fits_into_one_envelope() -> None:
    """As many attachments as allowed, the longest names, and a form that does not shrink."""
    chance = random.Random(7)
    name = "".join(chr(chance.randrange(0x20000, 0x2A6D0)) for _ in range(100))
    attachments = tuple(
        Attachment(
            material="m" * 50,
            name=name,
            size=MAX_APPLICATION_FILES_BYTES // MAX_FILES,
            sha256=chance.randbytes(32),
            blob=chance.randbytes(32),
            key=chance.randbytes(32),
        )
        for _ in range(MAX_FILES)
    )
    form = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(MAX_FORM_BYTES // 3))
    application = Application(
        application=chance.randbytes(16),
        item="i" * 50,
        release=2**40,
        form=form,
        attachments=attachments,
    )
    blobs = tuple((attachment.blob, sealed_size(attachment.size)) for attachment in attachments)
    envelope = seal_to(payload_bytes(application), make_header(blobs=blobs))
    assert read_payload(envelope.open(KEYS.opening[SuiteNumber.XWING])) == application


def test_a_bomb_that_an_admitted_station_seals_stays_small() -> None:
    def refused(bomb: bytes) -> None:
        padded = bomb + b"\x80" + bytes(-(len(bomb) + 1) % 64)
        header = make_header(suite=SuiteNumber.X25519)
        public = KEYS.public().x25519
        sealed = seal(SuiteNumber.X25519, public, padded, b"yizhan/env/1" + pack(header))
        signed = pack([pack(header), sealed])
        signature = keys_of(STATION).signer.sign(Context.ENVELOPE, signed)
        envelope = read_envelope(pack(Signed(body=signed, signature=signature)))
        envelope.check(SIGNING)
        with pytest.raises(TooLargeError):
            envelope.open(KEYS.opening[SuiteNumber.X25519])

    bomb = squeeze(bytes(64 * 2**20))
    assert len(bomb) < MAX_ENVELOPE_BYTES
    assert peak_bytes(lambda: refused(bomb)) < 4 * MAX_PLAINTEXT_BYTES


@pytest.mark.parametrize("padded", [b"", b"\x80", bytes(64), b"\x80" + bytes(62), b"a" * 64])
def test_padding_of_another_kind_is_refused(padded: bytes) -> None:
    header = make_header(suite=SuiteNumber.X25519)
    sealed = seal(SuiteNumber.X25519, KEYS.public().x25519, padded, b"yizhan/env/1" + pack(header))
    signed = pack([pack(header), sealed])
    envelope = read_envelope(pack(Signed(body=signed, signature=bytes(64))))
    with pytest.raises(MalformedError):
        envelope.open(KEYS.opening[SuiteNumber.X25519])


GOOD = unpack(pack(make_header(blobs=((b"b" * 32, 5),))), dict)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"v": 2}, id="another version"),
        pytest.param({"s": 0}, id="no suite"),
        pytest.param({"s": 256}, id="a suite that is no byte"),
        pytest.param({"o": b"short"}, id="a short origin"),
        pytest.param({"i": bytes(9)}, id="a long incarnation"),
        pytest.param({"t": b""}, id="no recipient"),
        pytest.param({"k": bytes(7)}, id="a short key name"),
        pytest.param({"n": 0}, id="seq 0"),
        pytest.param({"n": 2**53}, id="a seq that other languages round"),
        pytest.param({"l": 6}, id="an unknown lane"),
        pytest.param({"p": [bytes(8), 0]}, id="a predecessor that sent nothing"),
        pytest.param({"p": [bytes(7), 1]}, id="a predecessor without a name"),
        pytest.param({"n": 2, "p": [bytes(8), 1]}, id="a predecessor of seq 2"),
        pytest.param({"c": [-1, None]}, id="made before 1970"),
        pytest.param({"c": [0, 2**60]}, id="made in a far future"),
        pytest.param({"c": [0]}, id="no trusted time"),
        pytest.param({"b": [[bytes(31), 5]]}, id="a blob with a short id"),
        pytest.param({"b": [[bytes(32), 0]]}, id="a blob of nothing"),
        pytest.param({"b": [[bytes(32), 2**40]]}, id="a blob beyond all sizes"),
        pytest.param({"b": [[bytes(32), 5]] * 31}, id="too many blobs"),
        pytest.param({"x": 1, "must": ["x"]}, id="an unknown field that has to be known"),
    ],
)
def test_a_header_that_no_honest_program_makes_is_refused(changed: dict[str, object]) -> None:
    signed = pack([pack(GOOD | changed), b"sealed"])
    with pytest.raises(MalformedError):
        read_envelope(pack(Signed(body=signed, signature=bytes(64))))


def test_a_header_as_above_but_unchanged_is_taken() -> None:
    signed = pack([pack(GOOD), b"sealed"])
    envelope = read_envelope(pack(Signed(body=signed, signature=bytes(64))))
    assert envelope.header == make_header(blobs=((b"b" * 32, 5),))


def test_the_first_envelope_of_an_incarnation_names_the_one_before() -> None:
    header = make_header(pred=(b"previous", 41))
    assert unpack(pack(header), Header).pred == (b"previous", 41)
    assert NodeId(header.origin.hex()) == STATION
