"""Drafts on both databases: proposed, reviewed, published; no state is without a way out."""

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.catalogue.alarms import REVIEW_OVERDUE, CatalogueWatch
from central.county.catalogue.drafts.calls import Between, Past, Proposed, State, WhichRelease
from central.county.catalogue.drafts.intents import Intent
from central.county.catalogue.drafts.models import DraftRow
from central.county.catalogue.releases import Releases, as_it_was
from protocol.catalogue.changes.planned import in_force
from protocol.errors import CatalogueError, DamagedError, UsageError
from protocol.errors.publishing import (
    DraftBytesError,
    DraftEditedError,
    DraftOutdatedError,
    DraftOwnError,
    DraftSameError,
    DraftStateError,
    DraftUnapprovedError,
    DraftUnknownError,
)
from protocol.trust.edition import Edition, digest
from tests.builders.disks.postgres import PostgresServer
from tests.central.county.catalogue.drafts.proposing import file, propose, release
from tests.central.county.centre import Centre, Ground
from tests.central.county.village import CATALOGUE, ITEM


async def test_what_was_approved_is_published_and_both_persons_stand_in_it(
    centre: Centre,
) -> None:
    drafts = centre.county.drafts
    proposed = await propose(centre, file("新名"))
    assert (proposed.draft, proposed.base) == (1, 1)
    assert [(one.item, one.kind) for one in proposed.changes] == [(ITEM, "changed")]
    assert proposed.changes[0].fields[0].new == "新名"

    approved = await drafts.approve(1, "李四", proposed.digest.upper())
    assert (approved.state, approved.approver) == (State.APPROVED, "李四")
    assert await drafts.publish(1, None) == 2

    found = release(centre)
    assert json.loads(found.entries[ITEM])["name"] == "新名"
    assert json.loads(found.entries[ITEM])["version"] == 2
    said = json.loads(found.entries["@review"])
    assert said == {"draft": 1, "author": "张三", "approver": "李四", "digest": proposed.digest}
    wanted = {key: one for key, one in found.entries.items() if key != "@review"}
    assert digest(wanted).hex() == proposed.digest  # exactly what was approved
    shown = await drafts.show(1)
    assert shown.draft.release == 2
    assert [one.step for one in shown.steps] == ["proposed", "approved", "published"]


async def test_an_edit_voids_what_was_approved(centre: Centre) -> None:
    drafts = centre.county.drafts
    first = await propose(centre, file("一"))
    await drafts.approve(1, "李四")
    second = await propose(centre, file("二"), draft=1)

    assert second.digest != first.digest
    with pytest.raises(DraftUnapprovedError):
        await drafts.publish(1, None)
    with pytest.raises(DraftBytesError, match=second.digest):
        await drafts.approve(1, "李四", first.digest)
    assert [one.step for one in (await drafts.show(1)).steps] == ["proposed", "approved", "voided"]
    await drafts.approve(1, "李四", second.digest)
    await drafts.publish(1, None)
    assert json.loads(release(centre).entries[ITEM])["name"] == "二"


async def test_even_the_same_bytes_again_are_to_be_approved_again(centre: Centre) -> None:
    first = await propose(centre, file("一"))
    await centre.county.drafts.approve(1, "李四")
    again = await propose(centre, file("一"), author="李四", draft=1)  # its author is another now
    assert again.digest == first.digest
    with pytest.raises(DraftUnapprovedError):
        await centre.county.drafts.publish(1, None)
    with pytest.raises(DraftOwnError):
        await centre.county.drafts.approve(1, "李四")


async def test_somebody_else_s_content_is_replaced_only_by_who_has_seen_it(
    centre: Centre,
) -> None:
    drafts, first = centre.county.drafts, await propose(centre, file("一"))
    await drafts.approve(1, "王五")
    for replaces in ("", "00" * 32, first.digest[:-1]):
        with pytest.raises(DraftEditedError, match=f"张三，摘要 {first.digest}"):
            await propose(centre, file("二"), author="李四", draft=1, replaces=replaces)
    assert (await drafts.find(1)).state is State.APPROVED  # nothing happened to it
    second = await propose(centre, file("二"), author="李四", draft=1, replaces=first.digest)
    for replaces in ("", first.digest):  # 张三 has not seen it
        with pytest.raises(DraftEditedError, match=second.digest):
            await propose(centre, file("三"), draft=1, replaces=replaces)
    again = await propose(centre, file("二"), draft=1, replaces=first.digest)  # undoes nothing
    assert again.digest == second.digest
    with pytest.raises(DraftEditedError):  # though it is 张三's own
        await propose(centre, file("三"), draft=1, replaces=first.digest)


async def test_a_refused_draft_is_edited_or_given_up(centre: Centre) -> None:
    drafts = centre.county.drafts
    await propose(centre, file("一"))
    await drafts.approve(1, "李四")
    refused = await drafts.refuse(1, "李四", " 名称不对 ")
    assert (refused.state, refused.reason, refused.approver) == (State.REJECTED, "名称不对", "")
    for attempt in (drafts.approve(1, "李四"), drafts.refuse(1, "李四", "再")):
        with pytest.raises(DraftStateError, match=r"已退回.*修改后重新提出"):
            await attempt
    with pytest.raises(DraftUnapprovedError):
        await drafts.publish(1, None)

    await propose(centre, file("二"), draft=1)
    assert (await drafts.find(1)).reason == ""
    await drafts.approve(1, "李四")
    assert (await drafts.withdraw(1, "张三", "")).state is State.WITHDRAWN
    for ended in (drafts.publish(1, None), drafts.withdraw(1, "张三", "")):
        with pytest.raises(DraftStateError, match="已撤回"):
            await ended
    with pytest.raises(DraftStateError):
        await propose(centre, file("三"), draft=1)
    assert release(centre).version == 1


@pytest.mark.parametrize("reason", ["", "  ", "长" * 4001])
async def test_who_refuses_says_why(centre: Centre, reason: str) -> None:
    await propose(centre, file("一"))
    with pytest.raises(UsageError):
        await centre.county.drafts.refuse(1, "李四", reason)
    assert (await centre.county.drafts.refuse(1, "李四", "长" * 4000)).state is State.REJECTED


async def test_a_draft_does_not_undo_what_was_published_meanwhile(centre: Centre) -> None:
    drafts = centre.county.drafts
    await propose(centre, file("一"))
    await propose(centre, file("二"))
    await drafts.approve(1, "李四")
    await drafts.approve(2, "李四")
    assert await drafts.publish(1, None) == 2

    with pytest.raises(DraftOutdatedError, match="依据第 1 版，现在是第 2 版"):
        await drafts.publish(2, None)
    assert json.loads(release(centre).entries[ITEM])["name"] == "一"
    again = await propose(centre, file("二"), draft=2)
    assert again.base == 2
    await drafts.approve(2, "李四")
    assert await drafts.publish(2, None) == 3
    assert json.loads(release(centre).entries[ITEM])["version"] == 3


async def test_an_outdated_draft_can_not_be_approved(centre: Centre) -> None:
    await propose(centre, file("一"))
    await centre.county.catalogue.publish(file("二"))
    with pytest.raises(DraftOutdatedError):
        await centre.county.drafts.approve(1, "李四")
    assert (await centre.county.drafts.refuse(1, "李四", "过时")).state is State.REJECTED


async def test_a_draft_is_published_once(centre: Centre) -> None:
    await propose(centre, file("一"))
    await centre.county.drafts.approve(1, "李四")
    assert await centre.county.drafts.publish(1, None) == 2
    with pytest.raises(DraftStateError, match="已发布"):
        await centre.county.drafts.publish(1, None)


@pytest.mark.parametrize("number", [0, -1, 2, 2**63])
async def test_a_draft_that_is_not_there(centre: Centre, number: int) -> None:
    await propose(centre, file("一"))
    drafts = centre.county.drafts
    for attempt in (
        drafts.approve(number, "李四"),
        drafts.refuse(number, "李四", "不对"),
        drafts.publish(number, None),
        drafts.show(number),
    ):
        with pytest.raises(DraftUnknownError):
            await attempt


async def test_a_faulty_file_keeps_nothing(centre: Centre) -> None:
    document = json.loads(CATALOGUE)
    document["items"][0]["materials"] = 7
    bad = json.dumps(document).encode()
    with pytest.raises(CatalogueError, match=ITEM):
        await propose(centre, bad)
    assert await centre.count(DraftRow) == 0
    good = await propose(centre, file("一"))
    with pytest.raises(CatalogueError):
        await propose(centre, bad, draft=1)
    assert (await centre.county.drafts.find(1)).digest == good.digest


async def test_what_was_changed_in_the_database_is_not_published(centre: Centre) -> None:
    await propose(centre, file("一"))
    await propose(centre, file("二"))
    await centre.county.drafts.approve(1, "李四")

    async def tamper(session: AsyncSession) -> None:
        other = await session.get(DraftRow, 2)
        assert other is not None
        await session.execute(update(DraftRow).where(DraftRow.number == 1).values(body=other.body))

    await centre.relay.store.transact(tamper)
    with pytest.raises(DamagedError):
        await centre.county.drafts.publish(1, None)
    assert release(centre).version == 1


async def test_a_review_that_nobody_makes_is_told_and_never_published(centre: Centre) -> None:
    drafts = centre.county.drafts
    watch = CatalogueWatch(drafts=drafts, newest=centre.county.catalogue.newest, clock=centre.clock)

    async def overdue() -> list[dict[str, str]]:
        return [one for one in await watch.alarms() if one["code"] == REVIEW_OVERDUE]

    await propose(centre, file("一"))
    centre.clock.jump_wall(ms=3 * 86_400_000)
    assert await overdue() == []  # exactly three days
    centre.clock.jump_wall(ms=1)
    (alarm,) = await overdue()
    assert "目录草稿 1（编写 张三）" in alarm["words"]
    with pytest.raises(DraftUnapprovedError):
        await drafts.publish(1, None)
    await drafts.approve(1, "李四")
    assert await overdue() == []


async def test_a_change_of_a_later_day_counts_at_the_county_from_then(centre: Centre) -> None:
    """What was filled in before and after that day is checked against what counted then."""
    village, day = await centre.village(), centre.county.catalogue.today() + timedelta(days=30)
    document = json.loads(CATALOGUE)
    document["items"][0]["schema"]["required"] = ["name", "age"]
    await propose(centre, json.dumps(document).encode())
    await centre.county.drafts.approve(1, "李四")
    assert await centre.county.drafts.publish(1, day) == 2
    assert json.loads(release(centre).entries["@review"])["from"] == day.isoformat()

    young = {"name": "样福丽"}
    await centre.bring(
        village.submit(release=2, form=young),
        village.submit(release=2, form=young, since=day.isoformat()),
    )
    assert len(await centre.cases()) == 1
    assert [one.code for one in await centre.rejections(village)] == ["intake.form-invalid"]
    newest = await centre.county.catalogue.counting()
    assert newest is not None
    assert json.loads(newest.entries[ITEM])["version"] == 1
    centre.clock.jump_wall(ms=30 * 86_400_000)
    newest = await centre.county.catalogue.counting()
    assert newest is not None
    assert json.loads(newest.entries[ITEM])["version"] == 2


async def test_going_back_is_a_new_release_that_takes_back_what_is_planned(
    centre: Centre,
) -> None:
    county, day = centre.county, date(2099, 1, 1)
    await county.catalogue.publish(file("一"))
    await propose(centre, file("二"))
    await county.drafts.approve(1, "李四")
    await county.drafts.publish(1, day)
    releases = Releases(store=centre.relay.store, catalogue=county.catalogue)
    shown = await releases.show(WhichRelease())
    assert [(one.item, one.start, one.gone) for one in shown.planned] == [(ITEM, str(day), False)]
    old = await releases.find(1)

    async def make(base: Edition | None) -> Any:
        assert base is not None
        return as_it_was(old, base, "2026-01-01"), ()

    back = await county.drafts.propose(Intent(make=make, author="张三", clears=True))
    await county.drafts.approve(back.draft, "李四")
    assert await county.drafts.publish(back.draft, None) == 4
    entries = release(centre).entries
    assert not [key for key in entries if key.startswith("@next.")]
    first = json.loads(old.entries[ITEM])
    for moment in ("2026-01-01", "2099-12-31"):
        assert json.loads(in_force(entries, moment)[ITEM]) == {**first, "version": 4}
    history = await releases.history(Past(item=ITEM))
    assert [(one.release, one.version) for one in history] == [(4, 4), (2, 2), (1, 1)]


async def test_many_at_once_get_numbers_of_their_own_and_one_is_published(
    ground: Ground, tmp_path: Path, postgres: PostgresServer
) -> None:
    place = (ground, postgres.empty_database(), tmp_path / "county")
    async with Centre.open(*place) as one, Centre.open(*place) as two:
        both = [one, two] * 3
        found = await asyncio.gather(
            *(propose(centre, file(f"名{n}")) for n, centre in enumerate(both))
        )
        assert sorted(draft.draft for draft in found) == [1, 2, 3, 4, 5, 6]
        for draft in found:
            await one.county.drafts.approve(draft.draft, "李四")
        outcomes = await asyncio.gather(
            *(
                centre.county.drafts.publish(draft.draft, None)
                for draft, centre in zip(found, both, strict=True)
            ),
            return_exceptions=True,
        )
        assert outcomes.count(2) == 1
        assert sum(isinstance(one, DraftOutdatedError) for one in outcomes) == 5
        winner = found[outcomes.index(2)]
        newest = await two.relay.store.transact(two.county.catalogue.look)
        assert newest is not None
        assert json.loads(newest.entries["@review"])["digest"] == winner.digest


async def test_approving_and_editing_at_once_never_publishes_what_nobody_approved(
    ground: Ground, tmp_path: Path, postgres: PostgresServer
) -> None:
    place = (ground, postgres.empty_database(), tmp_path / "county")
    async with Centre.open(*place) as one, Centre.open(*place) as two:
        first = await propose(one, file("一"))
        outcomes = await asyncio.gather(
            one.county.drafts.approve(1, "李四", first.digest),
            propose(two, file("二"), draft=1),
            return_exceptions=True,
        )
        assert isinstance(outcomes[1], Proposed)
        with pytest.raises(DraftUnapprovedError):
            await one.county.drafts.publish(1, None)


async def test_what_changes_nothing_is_no_draft(centre: Centre) -> None:
    drafts = centre.county.drafts
    with pytest.raises(DraftSameError, match="第 1 版"):
        await propose(centre, CATALOGUE)
    assert await drafts.newest(every=True, limit=9) == []
    await propose(centre, file("一"))
    await drafts.approve(1, "李四")
    with pytest.raises(DraftSameError):
        await propose(centre, CATALOGUE, draft=1)
    assert (await drafts.find(1)).state is State.APPROVED  # nothing happened to it
    assert await drafts.publish(1, None) == 2


async def test_an_approved_draft_that_would_make_no_release_stays_and_says_so(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proposal gets so far; should one, its approver is not lost without a word."""
    drafts = centre.county.drafts

    async def passed(*_: object, **__: object) -> None: ...

    monkeypatch.setattr(drafts, "_require_news", passed)
    await propose(centre, CATALOGUE)
    await drafts.approve(1, "李四")
    with pytest.raises(DraftSameError):
        await drafts.publish(1, None)
    found = await drafts.find(1)
    assert (found.state, found.approver) == (State.APPROVED, "李四")
    assert (await drafts.withdraw(1, "张三", "")).state is State.WITHDRAWN  # a way out


async def test_what_has_changed_is_told_in_the_reader_s_language(centre: Centre) -> None:
    drafts = centre.county.drafts
    await propose(centre, file("新名"))
    for language, words in (("zh", "名称"), ("en", "name")):
        shown = await drafts.show(1, language)  # type: ignore[arg-type]
        assert [one.field for one in shown.changes[0].fields] == [words]
        assert shown.changes[0].fields[0].new == "新名"
    await drafts.approve(1, "李四")
    await drafts.publish(1, None)
    releases = Releases(store=centre.relay.store, catalogue=centre.county.catalogue)
    found = (await releases.diff(Between(language="en"))).changes
    assert found[0].reason == "only words that do not touch what is filled in"
