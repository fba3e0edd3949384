"""What is sealed inside: each kind comes back as it went, and nothing else is taken."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack, unpack_plain
from protocol.envelope.payloads import (
    Application,
    Attachment,
    Decision,
    Outcome,
    Payload,
    Receipt,
    ReceiptLine,
    ReceiptState,
    Rejection,
    Statement,
    open_statement,
    payload_bytes,
    read_payload,
    sign_statement,
)
from protocol.errors import MalformedError, PeerError, SignatureError
from protocol.limits import MAX_FILE_BYTES, MAX_FILES, MAX_FORM_BYTES, MAX_NOTE_CHARS
from tests.builders.envelopes import COUNTY, STATION, keys_of
from tests.builders.strategies import flipped

NOW_MS = 1_790_000_000_000
ATTACHMENT = Attachment(
    material="id-card",
    name="身份证.jpg",
    size=70_000,
    sha256=bytes(32),
    blob=b"b" * 32,
    key=b"k" * 32,
)
APPLICATION = Application(
    application=b"a" * 16,
    item="451423-001",
    release=3,
    form='{"name":"农某"}',
    attachments=(ATTACHMENT,),
)
DECISION = Decision(
    application=b"a" * 16,
    case="451423-2026-000001",
    outcome=Outcome.APPROVED,
    note="准予",
    n=1,
    at_ms=NOW_MS,
)
REJECTION = Rejection(envelope=b"e" * 32, code="peer.unopenable", detail="why", n=2, at_ms=NOW_MS)
STATEMENT = Statement(
    county=bytes.fromhex(COUNTY),
    instance=b"instance",
    at_ms=NOW_MS,
    lines=(
        ReceiptLine(
            envelope=b"e" * 32, state=ReceiptState.RECEIVED, number=1, case="451423-2026-1"
        ),
        ReceiptLine(envelope=b"f" * 32, state=ReceiptState.SAFE, number=2, duplicate=True),
    ),
)
RECEIPT = sign_statement(keys_of(COUNTY).signer, STATEMENT)
COUNTY_SIGNING = keys_of(COUNTY).public().signing


@pytest.mark.parametrize("payload", [APPLICATION, DECISION, REJECTION, RECEIPT])
def test_each_kind_comes_back_as_it_went(payload: Payload) -> None:
    assert read_payload(payload_bytes(payload)) == payload


@given(st.binary(max_size=300))
def test_foreign_bytes_are_no_payload(data: bytes) -> None:
    with pytest.raises(PeerError):
        read_payload(data)


@pytest.mark.parametrize("kind", [None, "", "unknown", 7, b"application", ["application"]])
def test_a_payload_of_another_kind_is_refused(kind: object) -> None:
    with pytest.raises(MalformedError):
        read_payload(pack({"type": kind}))


def test_an_application_without_its_kind_is_refused() -> None:
    plain = unpack_plain(payload_bytes(APPLICATION))
    assert isinstance(plain, dict)
    del plain["type"]
    with pytest.raises(MalformedError):
        read_payload(pack(plain))


@pytest.mark.parametrize(
    "changed",
    [
        {"application": b"a" * 15},
        {"release": 0},
        {"form": "x" * (MAX_FORM_BYTES + 1)},
        {"item": "x" * 101},
        {"corrects": b"a" * 16},
        {"supersedes": b"b" * 15},
        {"supersedes": b"a" * 16},
        {"supersedes": b"b" * 16, "corrects": b"c" * 16},
        {"taken": {"village": "1"}},
        {"attachments": [{}]},
        {"extra": 1, "must": ["extra"]},
    ],
)
def test_an_application_that_no_honest_program_makes_is_refused(changed: dict[str, Any]) -> None:
    plain = unpack_plain(payload_bytes(APPLICATION))
    assert isinstance(plain, dict)
    with pytest.raises(MalformedError):
        read_payload(pack(plain | changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "n" * 101},
        {"name": "../../etc/passwd"},
        {"name": "C:\\x"},
        {"name": "a\0b"},
        {"size": -1},
        {"size": MAX_FILE_BYTES + 1},
        {"sha256": bytes(31)},
        {"blob": bytes(33)},
        {"key": bytes(16)},
    ],
)
def test_an_attachment_that_no_honest_program_makes_is_refused(changed: dict[str, Any]) -> None:
    plain = unpack_plain(payload_bytes(APPLICATION))
    assert isinstance(plain, dict)
    plain["attachments"] = [plain["attachments"][0] | changed]
    with pytest.raises(MalformedError):
        read_payload(pack(plain))


def test_there_is_a_limit_to_attachments_and_notes() -> None:
    with pytest.raises(ValueError, match="attachments"):
        Application(
            application=b"a" * 16,
            item="x",
            release=1,
            form="{}",
            attachments=(ATTACHMENT,) * (MAX_FILES + 1),
        )
    with pytest.raises(ValueError, match="note"):
        Decision(
            application=b"a" * 16,
            case="c",
            outcome=Outcome.REFUSED,
            note="x" * (MAX_NOTE_CHARS + 1),
            n=1,
            at_ms=NOW_MS,
        )


def test_a_statement_proves_itself_outside_its_envelope() -> None:
    assert open_statement(COUNTY_SIGNING, RECEIPT) == STATEMENT


@given(st.integers(0, 10_000))
def test_a_statement_with_any_bit_flipped_is_refused(bit: int) -> None:
    with pytest.raises(PeerError):
        open_statement(COUNTY_SIGNING, Receipt(statement=flipped(RECEIPT.statement, bit)))


def test_nobody_but_the_county_can_make_one() -> None:
    forged = sign_statement(keys_of(STATION).signer, STATEMENT)
    with pytest.raises(SignatureError):
        open_statement(COUNTY_SIGNING, forged)
