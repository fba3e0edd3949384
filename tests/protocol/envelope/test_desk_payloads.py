"""A request to release a desk, and the county's answer: what no honest program sends is refused."""

from typing import Any

import pytest

from protocol.codec import altered
from protocol.envelope.desk_payloads import DeskRelease, DeskRequest
from protocol.envelope.payloads import payload_bytes, read_payload
from protocol.envelope.vault_county import CountySlot
from protocol.limits import MAX_CLERK_NAME_CHARS, MAX_COUNT, MAX_SLOT_BYTES

SLOT = CountySlot(suite=1, key=bytes(8), sealed=b"s" * MAX_SLOT_BYTES)
REQUEST = DeskRequest(
    vault=b"v" * 32, slot=SLOT, desk=b"d" * 32, clerk="韦" * MAX_CLERK_NAME_CHARS, at_ms=1
)
RELEASE = DeskRelease(desk=b"d" * 32, sealed=b"s" * MAX_SLOT_BYTES)


def test_both_come_back_as_they_were_sent() -> None:
    for one in (REQUEST, RELEASE):
        assert read_payload(payload_bytes(one)) == one


@pytest.mark.parametrize(
    "wrong",
    [
        {"vault": b"v" * 31},
        {"desk": b"d" * 33},
        {"clerk": ""},
        {"clerk": "韦" * (MAX_CLERK_NAME_CHARS + 1)},
        {"at_ms": -1},
        {"at_ms": MAX_COUNT},
        {"slot": CountySlot(suite=1, key=bytes(7), sealed=b"s")},
        {"slot": CountySlot(suite=1, key=bytes(8), sealed=b"s" * (MAX_SLOT_BYTES + 1))},
    ],
)
def test_a_request_that_no_honest_station_makes_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"key|slot|clerk"):
        altered(REQUEST, **wrong)


@pytest.mark.parametrize(
    "wrong", [{"desk": b"d" * 31}, {"sealed": b""}, {"sealed": b"s" * (MAX_SLOT_BYTES + 1)}]
)
def test_an_answer_that_no_honest_county_makes_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="desk or release"):
        altered(RELEASE, **wrong)
