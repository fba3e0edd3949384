"""The chain of entries: nothing in it can be changed, added or taken out without a trace."""

import dataclasses

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
