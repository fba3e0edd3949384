"""What is read out of a release is what the file said, and goes back into it; for every item."""

import json
from dataclasses import fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.changes.release import file_of as file_from
from protocol.catalogue.items.application import asked_of, missing_of
from protocol.catalogue.items.entries import catalogue_entries, check_catalogue
from protocol.catalogue.items.materials import Group
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import read_item
from tests.protocol.catalogue.items.catalogues import (
    Json,
    as_the_file_says,
    file_of,
    make_full_item,
    make_item,
    make_papers,
)

_MUST = {"id", "name", "materials", "schema", "examples"}
_FREE = sorted(make_full_item().keys() - _MUST)
_SEEN = st.characters(categories=["L", "N", "P"], exclude_characters="\u115f\u3164")
words = st.text(_SEEN, min_size=1, max_size=20)


@st.composite
def items(draw: st.DrawFn) -> Json:
    """An item with some of what an item may have, in words of any script."""
    full = make_full_item()
    kept = {key: full[key] for key in draw(st.sets(st.sampled_from(_FREE)))}
    papers = draw(st.lists(st.sampled_from(make_papers()), unique_by=str, max_size=7))
    own = {
        "aliases": draw(st.lists(words, max_size=5)),
        "conditions": draw(st.lists(words, max_size=5)),
        "faq": [{"question": one, "answer": one} for one in draw(st.lists(words, max_size=3))],
    }
    return make_item(name=draw(words), materials=papers) | kept | own


def same(one: Item, other: Item) -> bool:
    apart = {"schema"}
    names = [field.name for field in fields(one) if field.name not in apart]
    return one.schema.document == other.schema.document and all(
        getattr(one, name) == getattr(other, name) for name in names
    )


@given(items())
def test_what_a_release_says_of_an_item_is_what_the_file_said(raw: Json) -> None:
    checked = check_catalogue(file_of(raw))
    assert checked.errors == ()
    assert same(read_item(checked.entries, raw["id"]), as_the_file_says(raw))


@given(items(), items())
def test_a_file_made_of_a_release_makes_the_same_release(first: Json, second: Json) -> None:
    entries = catalogue_entries(file_of(first, second | {"id": "b"}, title="目录"))
    again: dict[str, Any] = file_from(entries)
    assert catalogue_entries(json.dumps(again, ensure_ascii=False).encode()) == entries


forms = st.fixed_dictionaries(
    {"name": words, "reason": st.sampled_from(["首次", "丢失"])},
    optional={
        "household": st.lists(st.fixed_dictionaries({"member": words}), max_size=4),
    },
)


@given(raw=items(), form=forms, data=st.data())
def test_with_all_that_is_asked_nothing_is_missing_and_without_one_it_is(
    raw: Json, form: Json, data: st.DataObject
) -> None:
    item = as_the_file_says(raw)
    brought: list[str] = []
    for asked in asked_of(item, form):
        paper = asked.paper
        one = data.draw(st.sampled_from(paper.one_of)) if isinstance(paper, Group) else paper
        same_paper = [one, *one.promises()]
        brought += [data.draw(st.sampled_from(same_paper)).id for _ in range(asked.files)]
    assert missing_of(item, form, brought) == ()
    for number in range(len(brought)):
        assert missing_of(item, form, brought[:number] + brought[number + 1 :])
