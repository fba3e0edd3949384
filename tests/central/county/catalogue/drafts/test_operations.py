"""Each operation on the catalogue and its drafts asks for its right, whichever way it is called."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from central.county.catalogue.calls import Publish
from central.county.catalogue.drafts.calls import (
    APPROVE,
    Approve,
    Between,
    Export,
    Listed,
    One,
    Past,
    Propose,
    Proposed,
    ProposeOld,
    ProposeWithout,
    PublishDraft,
    Refuse,
    State,
    WhichRelease,
    Withdraw,
)
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.catalogue.operations import CatalogueOperations
from central.county.catalogue.releases import Releases
from protocol.errors import LoginForbiddenError
from protocol.errors.publishing import DraftEditedError, DraftOutdatedError, DraftOwnError
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.record import DONE
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.centre import Centre
from tests.central.county.village import CATALOGUE, ITEM

Act = Callable[[DraftOperations, Actor], Awaitable[object]]
ACTS: dict[str, tuple[Right, Act]] = {
    "propose_text": (Right.AUTHOR, lambda it, who: it.propose_text(who, CATALOGUE)),
    "check_text": (Right.AUTHOR, lambda it, who: it.check_text(who, CATALOGUE)),
    "propose_change": (Right.AUTHOR, lambda it, who: it.propose_change(who, lambda _: None)),
    "propose_without": (
        Right.AUTHOR,
        lambda it, who: it.propose_without(who, ProposeWithout(items=[ITEM])),
    ),
    "propose_old": (Right.AUTHOR, lambda it, who: it.propose_old(who, ProposeOld(release=1))),
    "withdraw": (Right.AUTHOR, lambda it, who: it.withdraw(who, Withdraw(draft=1))),
    "approve": (Right.REVIEW, lambda it, who: it.approve(who, Approve(draft=1))),
    "refuse": (Right.REVIEW, lambda it, who: it.refuse(who, Refuse(draft=1, reason="不妥"))),
    "publish": (Right.PUBLISH, lambda it, who: it.publish(who, PublishDraft(draft=1))),
    "draft": (Right.LOOK, lambda it, who: it.draft(who, One(draft=1))),
    "content": (Right.LOOK, lambda it, who: it.content(who, 1)),
    "drafts": (Right.LOOK, lambda it, who: it.drafts(who, Listed())),
    "show": (Right.LOOK, lambda it, who: it.show(who, WhichRelease())),
    "diff": (Right.LOOK, lambda it, who: it.diff(who, Between())),
    "history": (Right.LOOK, lambda it, who: it.history(who, Past())),
    "export": (Right.LOOK, lambda it, who: it.export(who, Export())),
}
AUTHOR = Actor.on_page("张三", frozenset({Right.LOOK, Right.AUTHOR}))
REVIEWER = Actor.on_page("李四", frozenset({Right.LOOK, Right.REVIEW}))
PUBLISHER = Actor.on_page("王五", frozenset({Right.LOOK, Right.PUBLISH}))


def operations(centre: Centre, notes: Notes) -> DraftOperations:
    county = centre.county
    releases = Releases(store=centre.relay.store, catalogue=county.catalogue)
    return DraftOperations(county.drafts, releases, notes)


async def test_every_right_but_the_one_that_it_takes_is_not_enough(
    centre: Centre, tmp_path: Path
) -> None:
    notes = Notes()
    drafts = operations(centre, notes)
    changed = json.loads(CATALOGUE)
    changed["items"][0]["name"] = "新名"
    await drafts.propose_text(AUTHOR, json.dumps(changed).encode())
    file = tmp_path / "catalogue.json"
    file.write_bytes(CATALOGUE)
    whole = CatalogueOperations(centre.county.catalogue, notes)
    acts = ACTS | {
        "propose": (Right.AUTHOR, lambda it, who: it.propose(who, Propose(file=file))),
        "publish a file": (Right.PUBLISH, lambda _, who: whole.publish(who, Publish(file=file))),
    }
    for name, (right, act) in acts.items():
        with pytest.raises(LoginForbiddenError) as caught:
            await act(drafts, Actor.on_page("赵六", frozenset(Right) - {right}))
        assert caught.value.detail == right.value, name
    (left,) = await drafts.drafts(AUTHOR, Listed(all=True))
    assert (left.state, left.author) == (State.PROPOSED, "张三")
    assert (await drafts.show(AUTHOR, WhichRelease())).release == 1


async def test_on_a_page_whoever_is_logged_in_acts_whatever_name_the_request_has(
    centre: Centre,
) -> None:
    notes = Notes()
    drafts = operations(centre, notes)
    both = Actor.on_page("张三", AUTHOR.rights | REVIEWER.rights)  # type: ignore[operator]
    file = json.loads(CATALOGUE)
    file["items"][0]["name"] = "新名"
    await drafts.propose_text(AUTHOR, json.dumps(file).encode())
    with pytest.raises(DraftOwnError):
        await drafts.approve(both, Approve(draft=1, approver="李四"))
    approved = await drafts.approve(REVIEWER, Approve(draft=1, approver="别人"))
    assert (approved.state, approved.approver) == (State.APPROVED, "李四")
    published = await drafts.publish(PUBLISHER, PublishDraft(draft=1))
    shown = await drafts.show(AUTHOR, WhichRelease(release=published.release))
    assert (shown.author, shown.approver) == ("张三", "李四")
    outcomes = [outcome for _, action, outcome, _ in notes.noted if action == APPROVE.name]
    assert outcomes == [DraftOwnError.code, DONE]


async def test_what_was_looked_at_is_what_is_proposed_or_nothing_is(centre: Centre) -> None:
    drafts, file = operations(centre, Notes()), json.loads(CATALOGUE)
    file["items"][0]["name"] = "新名"
    data = json.dumps(file).encode()
    preview = await drafts.check_text(AUTHOR, data)
    looked = preview.said("zh")
    assert (looked.draft, looked.base, [one.name for one in looked.changes]) == (0, 1, ["新名"])
    assert await drafts.drafts(AUTHOR, Listed(all=True)) == []  # nothing is kept of a look
    proposed = await drafts.propose_text(AUTHOR, data, base=looked.base)
    assert (proposed.digest, proposed.changes) == (looked.digest, looked.changes)
    await drafts.approve(REVIEWER, Approve(draft=proposed.draft))
    await drafts.publish(PUBLISHER, PublishDraft(draft=proposed.draft))
    with pytest.raises(DraftOutdatedError):  # it would undo what came between
        await drafts.propose_text(AUTHOR, data, base=looked.base)
    assert len(await drafts.drafts(AUTHOR, Listed(all=True))) == 1


async def test_a_change_of_a_draft_that_another_saves_meanwhile_undoes_nothing(
    centre: Centre,
) -> None:
    """Reading a draft, changing it and keeping it takes seconds; somebody else may be quicker."""
    drafts, other = operations(centre, Notes()), Actor.on_page("赵六", AUTHOR.rights or frozenset())
    await drafts.propose_text(AUTHOR, CATALOGUE.replace(b'"name": "', b'"name": "\xe6\x96\xb0', 1))

    def named(name: str) -> Callable[[dict[str, Any]], None]:
        return lambda file: file["items"][0].update(name=name)

    second = asyncio.create_task(drafts.propose_change(other, named("二"), 1))
    outcomes = await asyncio.gather(
        drafts.propose_change(AUTHOR, named("一"), 1), second, return_exceptions=True
    )
    kept = [one for one in outcomes if isinstance(one, Proposed)]
    assert [type(one) for one in outcomes if one not in kept] == [DraftEditedError]
    assert (await drafts.find(AUTHOR, 1)).digest == kept[0].digest


async def test_a_change_of_anothers_draft_stands_beside_what_its_author_wrote(
    centre: Centre,
) -> None:
    drafts, other = operations(centre, Notes()), Actor.on_page("赵六", AUTHOR.rights or frozenset())
    file = json.loads(CATALOGUE)
    file["items"][0]["name"] = "先写的"
    first = await drafts.propose_text(AUTHOR, json.dumps(file).encode())

    def named_again(found: dict[str, Any]) -> None:
        assert found["items"][0]["name"] == "先写的"
        found["items"][0]["name"] += "，后补的"

    made = await drafts.propose_change(other, named_again, first.draft)
    assert (made.draft, [one.name for one in made.changes]) == (first.draft, ["先写的，后补的"])
    assert (await drafts.find(AUTHOR, first.draft)).digest == made.digest


async def test_a_draft_of_a_table_is_the_content_of_another_only_as_its_author_saw_it(
    centre: Centre,
) -> None:
    drafts, other = operations(centre, Notes()), Actor.on_page("赵六", AUTHOR.rights or frozenset())
    file = json.loads(CATALOGUE)
    texts = []
    for name in "一二":
        file["items"][0]["name"] = name
        texts.append(json.dumps(file).encode())
    first = await drafts.propose_text(AUTHOR, texts[0])
    with pytest.raises(DraftEditedError):
        await drafts.propose_text(other, texts[1], 1, base=1)
    made = await drafts.propose_text(other, texts[1], 1, base=1, digest=first.digest)
    assert [one.name for one in made.changes] == ["二"]


async def test_a_draft_tells_who_published_it_on_a_page(centre: Centre) -> None:
    drafts = operations(centre, Notes())
    text = CATALOGUE.replace(b'"name": "', b'"name": "\xe6\x96\xb0', 1)
    made = await drafts.propose_text(AUTHOR, text)
    await drafts.approve(REVIEWER, Approve(draft=made.draft))
    await drafts.publish(PUBLISHER, PublishDraft(draft=made.draft))
    steps = (await drafts.draft(AUTHOR, One(draft=made.draft))).steps
    told = [(one.step, one.person) for one in steps]
    assert told == [("proposed", "张三"), ("approved", "李四"), ("published", "王五")]
