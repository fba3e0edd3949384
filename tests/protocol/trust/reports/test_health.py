"""A word about health is believed from its node alone, and said only when there is news."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack
from protocol.envelope.keys import Context, Signed
from protocol.errors import MalformedError, PeerError, SignatureError, TooLargeError
from protocol.exchange.messages import Hello
from protocol.exchange.session import VERSIONS
from protocol.exchange.wire import encode
from protocol.ids import NodeId
from protocol.limits import (
    HEALTH_AGAIN_S,
    HEALTH_S,
    MAX_CONDITIONS,
    MAX_COUNT,
    MAX_FRAME_BYTES,
    MAX_HEALTH_BYTES,
    MAX_HEARD,
    MAX_ROAMING_REPORT_BYTES,
    MAX_ROAMING_REPORTS,
)
from protocol.trust.reports.health import (
    Condition,
    Health,
    Heard,
    Reporter,
    is_news,
    read_health,
    sign_health,
)
from tests.builders.clock import START_MS, FakeClock
from tests.builders.envelopes import HUB, OTHER_STATION, STATION, keys_of
from tests.builders.strategies import flipped

PARENT, ANOTHER = (HUB, b"instance"), (HUB, b"restored")
ODD: list[dict[str, Any]] = [
    {"number": 0},
    {"number": MAX_COUNT},
    {"node": bytes(7)},
    {"program": ""},
    {"program": "1" * 17},
    {"roster": -1},
    {"waiting": MAX_COUNT},
    {"oldest_s": -1},
    {"free_mib": -1},
    {"clock_error_ms": -MAX_COUNT},
    {"conditions": ("disk-low",) * (MAX_CONDITIONS + 1)},
    {"conditions": ("Disk low",)},
    {"conditions": ("a" * 13,)},
    {"conditions": ("",)},
    {"authority": bytes(7)},
    {"authority": bytes(9)},
]
NEWS: list[dict[str, Any]] = [
    {"program": "0.2.0"},
    {"roster": 13},
    {"release": 4},
    {"conditions": ("disk-low",)},
    {"authority": b"its name"},
    {"waiting": 3, "oldest_s": HEALTH_S},
    {"free_mib": 10_000},
    {"clock_error_ms": 62_000},
    {"clock_error_ms": None},
]
NO_NEWS: list[dict[str, Any]] = [
    {"number": 9},
    {"waiting": 3, "oldest_s": HEALTH_S - 1},  # it moves
    {"oldest_s": 5, "waiting_bytes": 9},
    {"free_mib": 31_000},
    {"clock_error_ms": -58_000},
]


def health(**changed: Any) -> Health:
    usual: dict[str, Any] = {
        "node": bytes.fromhex(STATION),
        "number": START_MS,
        "program": "0.1.0",
        "roster": 12,
        "release": 3,
        "free_mib": 40_000,
        "clock_error_ms": 1_500,
    }
    return Health(**(usual | changed))


WORD = sign_health(keys_of(STATION).signer, health())


def key_of(node: NodeId) -> bytes | None:
    return keys_of(node).signer.public_bytes() if node in (STATION, OTHER_STATION) else None


def reporter(clock: FakeClock) -> Reporter:
    return Reporter(signer=keys_of(STATION).signer, clock=clock)


def test_a_word_comes_back_as_the_node_gave_it() -> None:
    assert read_health(WORD, key_of) == health()
    assert len(WORD) <= 130


def test_the_longest_word_fits() -> None:
    most = MAX_COUNT - 1
    longest = health(
        number=most,
        program="9" * 16,
        roster=most,
        release=most,
        waiting=most,
        waiting_bytes=most,
        oldest_s=most,
        free_mib=most,
        clock_error_ms=-most,
        conditions=("a" * 12,) * MAX_CONDITIONS,
        authority=bytes(8),
    )
    assert len(sign_health(keys_of(STATION).signer, longest)) <= MAX_HEALTH_BYTES
    assert len(Condition) <= MAX_CONDITIONS


def test_the_longest_hello_fits_a_frame() -> None:
    heard = Heard(node=bytes(8), age_s=MAX_COUNT - 1, word=bytes(MAX_HEALTH_BYTES))
    hello = Hello(
        versions=VERSIONS,
        instance=bytes(8),
        exchange=bytes(8),
        roaming_reports=(bytes(MAX_ROAMING_REPORT_BYTES),) * MAX_ROAMING_REPORTS,
        heard=(heard,) * MAX_HEARD,
    )
    assert len(encode(hello)) < MAX_FRAME_BYTES
    with pytest.raises(ValueError, match="hello"):
        Hello(versions=VERSIONS, instance=bytes(8), exchange=bytes(8), heard=(heard,) * 129)


def test_nobody_speaks_for_another() -> None:
    with pytest.raises(SignatureError):
        read_health(sign_health(keys_of(OTHER_STATION).signer, health()), key_of)
    of_hub = health(node=bytes.fromhex(HUB))
    with pytest.raises(SignatureError, match="no key"):
        read_health(sign_health(keys_of(HUB).signer, of_hub), key_of)


def test_a_signature_for_something_else_is_none_for_health() -> None:
    body = pack(health())
    signature = keys_of(STATION).signer.sign(Context.ROAMING_REPORT, body)
    with pytest.raises(SignatureError):
        read_health(pack(Signed(body=body, signature=signature)), key_of)


@given(st.integers(0, 8 * len(WORD) - 1))
def test_no_changed_bit_goes_unnoticed(bit: int) -> None:
    with pytest.raises(PeerError):
        read_health(flipped(WORD, bit), key_of)


@given(st.binary(max_size=MAX_HEALTH_BYTES))
def test_other_bytes_are_none(data: bytes) -> None:
    with pytest.raises((MalformedError, SignatureError)):
        read_health(data, key_of)


def test_too_long_is_refused() -> None:
    with pytest.raises(TooLargeError):
        read_health(WORD + bytes(MAX_HEALTH_BYTES), key_of)


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_what_no_honest_program_sends_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="health"):
        health(**odd)


@pytest.mark.parametrize(
    "odd", [{"node": bytes(9)}, {"age_s": -1}, {"word": bytes(MAX_HEALTH_BYTES + 1)}], ids=str
)
def test_the_same_of_what_was_heard(odd: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"node": bytes(8), "age_s": 3}
    with pytest.raises(ValueError, match="heard"):
        Heard(**(usual | odd))


@pytest.mark.parametrize("changed", NEWS, ids=str)
def test_this_is_news(changed: dict[str, Any]) -> None:
    assert is_news(health(), health(**changed))


@pytest.mark.parametrize("changed", NO_NEWS, ids=str)
def test_this_is_none(changed: dict[str, Any]) -> None:
    assert not is_news(health(), health(**changed))


def test_an_empty_queue_is_news_at_once_if_it_was_not() -> None:
    assert is_news(health(waiting=1), health())


def test_news_waits_for_its_time_and_no_news_is_said_once_a_day() -> None:
    clock = FakeClock()
    station = reporter(clock)
    assert station.word(health(), PARENT)
    station.taken()
    assert not station.is_due(PARENT)  # whatever there is to say
    clock.tick(HEALTH_S)
    assert station.is_due(PARENT)
    assert station.word(health(), PARENT) == b""
    assert not station.is_due(PARENT)  # and it is not looked again before the time is over
    clock.tick(HEALTH_S)
    assert station.word(health(release=4), PARENT)
    station.taken()
    clock.tick(HEALTH_AGAIN_S)
    assert station.word(health(release=4), PARENT)


def test_what_was_not_taken_is_said_again_under_a_higher_number() -> None:
    station = reporter(FakeClock())
    first = read_health(station.word(health(), PARENT), key_of)
    assert station.is_due(PARENT)  # the line broke
    again = read_health(station.word(health(), PARENT), key_of)
    assert again.number == first.number + 1
    station.taken()
    assert not station.is_due(PARENT)


def test_a_number_never_falls_with_the_clock() -> None:
    station = reporter(FakeClock())
    high = read_health(station.word(health(number=START_MS), PARENT), key_of)
    low = read_health(station.word(health(number=1), PARENT), key_of)
    assert high.number == START_MS < low.number


def test_another_parent_and_another_life_of_it_hear_it_anew() -> None:
    station = reporter(FakeClock())
    station.word(health(), PARENT)
    station.taken()
    assert station.is_due(ANOTHER)
    assert station.word(health(), ANOTHER)
