"""The chain of entries: nothing in it can be changed, added or taken out without a trace."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import AuditBrokenError
from provisioning.audit.entry import FIRST, PURGED, Chain, Entry, entry_hash


def chain_of(count: int) -> list[str]:
    texts: list[str] = []
    previous = FIRST
    for number in range(1, count + 1):
        entry = Entry(
            number=number,
            at_ms=1_790_000_000_000 + number,
            actor="李主任",
            action="provision.add",
            subject=f"45142310{number}",
            outcome="done",
            detail={"role": "hub"},
            previous=previous,
        )
        texts.append(entry.text())
        previous = entry_hash(texts[-1])
    return texts


def read(texts: list[str]) -> Chain:
    chain = Chain()
    for _ in chain.follow(texts):
        pass
    return chain


def test_a_whole_chain_says_where_it_ends() -> None:
    texts = chain_of(5)
    chain = read(texts)
    assert (chain.first, chain.last, chain.head) == (1, 5, entry_hash(texts[-1]))
    assert read([]).head == FIRST


KNOWN = Entry(
    number=7,
    at_ms=1_790_000_000_007,
    actor="李主任",
    action="provision.add",
    subject="451423103",
    outcome="done",
    detail={"role": "hub"},
    previous="ab" * 32,
)
KNOWN_HASH = "f8f6e20f38ec37d337c88caf47e1b8adbcd54230723122ddc1d675cafe3f8ba3"
OTHERWISE: dict[str, Any] = {
    "number": 8,
    "at_ms": 1_790_000_000_008,
    "actor": "王五",
    "action": "provision.adds",
    "subject": "",
    "outcome": "begun",
    "detail": {"role": "station"},
    "previous": "ac" * 32,
}


def test_the_hash_of_a_known_entry_is_what_another_program_computes() -> None:
    """SHA-256 over the context, a zero and the JSON, sorted and without blanks: docs say so."""
    assert entry_hash(KNOWN.text()) == KNOWN_HASH
    assert FIRST == "7cdf80b6843266ce2d2c94ffd47399ad5de06a8100df1810c24d9e46a61efb2c"


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Entry)])
def test_each_field_is_covered_by_the_hash(name: str) -> None:
    changed = dataclasses.replace(KNOWN, **{name: OTHERWISE[name]})
    assert entry_hash(changed.text()) != KNOWN_HASH
    assert Entry.read(changed.text()) == changed != KNOWN


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Entry)])
@pytest.mark.parametrize("at", [0, 2])
def test_a_change_of_any_field_breaks_the_chain(name: str, at: int) -> None:
    texts = chain_of(4)
    texts[at] = dataclasses.replace(Entry.read(texts[at]), **{name: OTHERWISE[name]}).text()
    with pytest.raises(AuditBrokenError):
        read(texts)


@given(st.integers(2, 8), st.data())
def test_any_change_but_at_the_end_is_found(count: int, data: st.DataObject) -> None:
    texts = chain_of(count)
    at = data.draw(st.integers(0, count - 2))
    harm = data.draw(st.sampled_from(("take out", "change", "swap", "repeat")))
    match harm:
        case "take out":
            del texts[at]
        case "change":
            entry = dataclasses.replace(Entry.read(texts[at]), actor="王五")
            texts[at] = entry.text()
        case "swap":
            texts[at], texts[at + 1] = texts[at + 1], texts[at]
        case _:
            texts.insert(at, texts[at])
    with pytest.raises(AuditBrokenError):
        read(texts)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"number":1}', "{" * 100_000])
def test_what_is_no_entry_is_refused(text: str) -> None:
    with pytest.raises(AuditBrokenError):
        read([text])


def test_a_beginning_is_missing_only_with_a_purge_that_says_so() -> None:
    texts = chain_of(6)
    with pytest.raises(AuditBrokenError, match="no purge"):
        read(texts[3:])
    detail = {"upto": 3, "hash": entry_hash(texts[2])}
    purge = Entry(
        number=7, at_ms=0, actor="", action=PURGED, detail=detail, previous=entry_hash(texts[-1])
    )
    assert read([*texts[3:], purge.text()]).first == 4
    with pytest.raises(AuditBrokenError, match="no purge"):
        read([*texts[4:], purge.text()])


@pytest.mark.parametrize("wrong", [{"upto": 2}, {"upto": 4}, {"hash": "ab" * 32}, {"hash": ""}])
def test_a_purge_names_its_last_entry_by_number_and_hash(wrong: dict[str, Any]) -> None:
    texts = chain_of(6)
    detail = {"upto": 3, "hash": entry_hash(texts[2])} | wrong
    purge = Entry(
        number=7, at_ms=0, actor="", action=PURGED, detail=detail, previous=entry_hash(texts[-1])
    )
    with pytest.raises(AuditBrokenError, match="no purge"):
        read([*texts[3:], purge.text()])
