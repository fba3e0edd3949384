"""Whoever takes an item out of the catalogue is told how many applications are under way for it."""

import json
from typing import Any

import pytest

from central.county.catalogue.drafts.calls import (
    Approve,
    One,
    Proposed,
    ProposeWithout,
    PublishDraft,
    UnderWay,
)
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.catalogue.drafts.words import proposed_lines, shown_lines
from central.county.catalogue.releases import Releases
from protocol.envelope.payloads import Outcome
from protocol.errors import LoginForbiddenError
from provisioning.rights import Right
from runtime.actor import Actor
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.centre import Centre
from tests.central.county.village import CATALOGUE, ITEM

AUTHOR = Actor.on_page("张三", frozenset({Right.LOOK, Right.AUTHOR}))
REVIEWER = Actor.on_page("李四", frozenset({Right.LOOK, Right.REVIEW}))
PUBLISHER = Actor.on_page("王五", frozenset({Right.LOOK, Right.PUBLISH}))
NAME = json.loads(CATALOGUE)["items"][0]["name"]


def operations(centre: Centre) -> DraftOperations:
    store, county = centre.relay.store, centre.county
    releases = Releases(store=store, catalogue=county.catalogue)
    return DraftOperations(county.drafts, releases, Notes())


async def three_applications(centre: Centre) -> None:
    """Of which one was refused and one was sent back for a correction: one is open."""
    village = await centre.village()
    await centre.bring(*(village.submit() for _ in range(3)))
    first, second, _ = await centre.cases()
    for case, outcome in ((first, Outcome.REFUSED), (second, Outcome.CORRECTION)):
        await centre.county.flows.decide(case["case"], outcome=outcome, note="缺页")


async def two_items(drafts: DraftOperations) -> Proposed:
    """A second item, for which nobody applies."""
    file: dict[str, Any] = json.loads(CATALOGUE)
    file["items"].append(file["items"][0] | {"id": "other", "name": "另一项"})
    return await drafts.propose_text(AUTHOR, json.dumps(file).encode())


async def test_a_withdrawal_tells_how_many_cases_have_no_decision(centre: Centre) -> None:
    drafts = operations(centre)
    await three_applications(centre)
    proposed = await drafts.propose_without(AUTHOR, ProposeWithout(items=[ITEM]))
    assert proposed.under_way == [UnderWay(item=ITEM, name=NAME, applications=1)]
    shown = await drafts.draft(AUTHOR, One(draft=proposed.draft))
    assert shown.under_way == proposed.under_way
    for lines in (list(proposed_lines(proposed)), list(shown_lines(shown))):
        assert f"撤下 {ITEM} {NAME}：县里在办 1 件，照旧办结" in lines


async def test_the_number_is_told_before_anything_is_proposed(centre: Centre) -> None:
    drafts = operations(centre)
    await three_applications(centre)
    found = await drafts.under_way(AUTHOR, {"other": "另一项", ITEM: NAME})
    assert [(one.item, one.name, one.applications) for one in found] == [
        ("other", "另一项", 0),
        (ITEM, NAME, 1),
    ]
    assert list(await drafts.under_way(AUTHOR, {})) == []
    with pytest.raises(LoginForbiddenError):
        await drafts.under_way(Actor.on_page("赵六", frozenset()), {ITEM: NAME})


async def test_whatever_takes_an_item_out_tells_it_and_nothing_else_does(centre: Centre) -> None:
    drafts = operations(centre)
    await three_applications(centre)
    made = await two_items(drafts)
    assert list(made.under_way) == []  # nothing is taken out
    file: dict[str, Any] = json.loads(CATALOGUE)
    file["items"][0] |= {"id": "other"}
    looked = await drafts.check_text(AUTHOR, json.dumps(file).encode())
    assert [(one.item, one.applications) for one in looked.proposed.under_way] == [(ITEM, 1)]
    proposed = await drafts.propose_text(AUTHOR, json.dumps(file).encode(), made.draft)
    assert proposed.under_way == looked.proposed.under_way


async def test_a_material_of_the_library_that_goes_is_no_item_with_applications(
    centre: Centre,
) -> None:
    drafts, file = operations(centre), json.loads(CATALOGUE)
    more = {**file, "materials": {"letter": {"name": "介绍信"}}}
    made = await drafts.propose_text(AUTHOR, json.dumps(more).encode())
    await drafts.approve(REVIEWER, Approve(draft=made.draft))
    await drafts.publish(PUBLISHER, PublishDraft(draft=made.draft))
    gone = await drafts.propose_text(AUTHOR, json.dumps(file).encode())
    assert [(one.kind, one.name) for one in gone.changes] == [("removed", "介绍信")]
    assert list(gone.under_way) == []
