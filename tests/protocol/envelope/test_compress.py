"""Compression with the shipped dictionary, and decompression that can't be made to explode."""

import hashlib
import re
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from protocol.envelope.compress import (
    dictionary_name,
    expand,
    expand_public,
    squeeze,
    squeeze_public,
)
from protocol.errors import MalformedError, PeerError, TooLargeError
from protocol.limits import MAX_EDITION_BYTES, MAX_PLAINTEXT_BYTES
from tests.builders import bombs
from tests.builders.chance import SeededRandomness
from tests.builders.memory import peak_bytes

ROOT = Path(__file__).parents[3]
DICTIONARY = (Path(protocol.__file__).parent / "dictionary.zdict").read_bytes()
RANDOM = SeededRandomness(5).token(MAX_PLAINTEXT_BYTES)


@pytest.fixture(scope="module")
def bomb() -> bytes:
    return bombs.zeros(1024)


@given(st.binary(max_size=3000))
def test_a_record_comes_back_as_it_went(record: bytes) -> None:
    assert expand(squeeze(record), limit=3000) == record


@pytest.mark.parametrize("size", [0, 1, 32 * 1024, 229_377, MAX_PLAINTEXT_BYTES])
def test_so_do_records_that_do_not_shrink(size: int) -> None:
    record = RANDOM[:size]
    assert expand(squeeze(record), limit=MAX_PLAINTEXT_BYTES) == record


def test_the_same_record_gives_the_same_frame() -> None:
    assert squeeze("申请人".encode() * 50) == squeeze("申请人".encode() * 50)


def test_a_frame_knows_nothing_of_the_record_before() -> None:
    other, record = "高山村便民服务站".encode() * 50, "高山村".encode() * 50
    alone = squeeze(record)
    squeeze(other)
    assert squeeze(record) == alone


def test_records_of_several_threads_do_not_mix() -> None:
    records = [RANDOM[at : at + 2000] for at in range(0, 200_000, 2000)]
    with ThreadPoolExecutor(4) as threads:
        frames = list(threads.map(squeeze, records))
    assert [expand(frame, limit=2000) for frame in frames] == records


def test_the_limit_is_exact() -> None:
    frame = squeeze(bytes(1000))
    assert len(expand(frame, limit=1000)) == 1000
    with pytest.raises(TooLargeError):
        expand(frame, limit=999)


@given(st.binary(max_size=400))
def test_foreign_bytes_give_a_record_or_our_own_error(data: bytes) -> None:
    try:
        assert len(expand(data, limit=1000)) <= 1000
    except PeerError:
        return


@given(st.integers(1, 200))
def test_a_frame_that_is_cut_short_is_refused(missing: int) -> None:
    frame = squeeze(RANDOM[:500])
    with pytest.raises(MalformedError):
        expand(frame[:-missing], limit=1000)


@pytest.mark.parametrize("more", [b"\0", b"(\xb5/\xfd", squeeze(b"a second frame")])
def test_a_frame_that_is_followed_by_something_is_refused(more: bytes) -> None:
    with pytest.raises(MalformedError):
        expand(squeeze(b"the first") + more, limit=1000)


def test_a_bomb_of_one_gib_is_refused_within_a_few_mib(bomb: bytes) -> None:
    assert len(bomb) < 128 * 1024

    def refused() -> None:
        with pytest.raises(TooLargeError):
            expand(bomb, limit=MAX_PLAINTEXT_BYTES)
        with pytest.raises(TooLargeError):
            expand_public(bomb, limit=MAX_EDITION_BYTES)

    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert peak_bytes(refused) < 3 * MAX_EDITION_BYTES
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    assert grown_kib * 1024 < 4 * MAX_EDITION_BYTES  # what zstd takes for itself included


def test_a_bomb_in_a_record_costs_hardly_more_than_the_largest_record(bomb: bytes) -> None:
    def refused() -> None:
        with pytest.raises(TooLargeError):
            expand(bomb, limit=MAX_PLAINTEXT_BYTES)

    assert peak_bytes(refused) < 3 * MAX_PLAINTEXT_BYTES


def test_a_frame_that_demands_a_huge_window_is_refused() -> None:
    frame = bombs.wide_window()
    with pytest.raises(MalformedError):
        expand(frame, limit=MAX_PLAINTEXT_BYTES)
    with pytest.raises(MalformedError):
        expand_public(frame, limit=MAX_EDITION_BYTES)


def test_a_frame_of_a_dictionary_that_is_not_ours_is_refused() -> None:
    with pytest.raises(MalformedError):
        expand(bombs.with_foreign_dictionary(), limit=10_000)


@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_public_bodies_come_back_with_the_same_base(body: bytes, base: bytes) -> None:
    assert expand_public(squeeze_public(body, base), base, limit=2000) == body


def test_what_is_known_already_costs_next_to_nothing() -> None:
    base = RANDOM[:100_000]
    assert len(squeeze_public(base, base)) < 100


def test_public_bodies_keep_their_limit() -> None:
    with pytest.raises(TooLargeError):
        expand_public(squeeze_public(bytes(1001)), limit=1000)


def test_the_dictionary_holds_no_number_that_could_be_a_persons() -> None:
    assert not re.search(rb"\d{11}", DICTIONARY)


def test_the_documents_name_the_dictionary_that_is_shipped() -> None:
    name = hashlib.sha256(DICTIONARY).hexdigest()
    assert dictionary_name() == name
    assert name in (ROOT / "docs" / "protocol.md").read_text("utf-8")
