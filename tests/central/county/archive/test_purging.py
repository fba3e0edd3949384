"""The purge takes what is surely elsewhere and old enough, and nothing else; what was is proved."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.roles import RIGHTS, StaffRole
from central.county.archive import calls
from central.county.archive.models import PackageRow
from central.county.archive.purging import PackageErasure
from central.county.archive.verifying.verify import verify_package
from central.county.casework.erasure import Erasure
from central.county.supervision.models import CardRow
from protocol.errors import ClockJumpedError, LoginForbiddenError, UsageError
from protocol.errors.archive import (
    ArchiveDiffersError,
    ArchiveGoneError,
    PurgeAloneError,
    PurgeChangedError,
    PurgeYoungError,
)
from protocol.trust.schedule import local_time
from runtime.actor import Actor
from tests.central.county.archive.scene import NAME, NOTE, OWNER, PLACE, Filing


def day_of(filing: Filing, ago: int) -> str:
    today = local_time(filing.centre.clock.now_ms()).date()
    return (today - timedelta(days=ago)).isoformat()


async def planned(filing: Filing, ago: int = 365) -> calls.PurgePlan:
    wanted = calls.PlanPurge(before=day_of(filing, ago))
    return await filing.operations.plan(OWNER, wanted)


async def purged(filing: Filing, plan: calls.PurgePlan, actor: Actor = OWNER) -> Sequence[str]:
    wanted = calls.Purge(before=plan.before, digest=plan.digest, cases=plan.cases)
    return (await filing.operations.purge(actor, wanted)).purged


def why(plan: calls.PurgePlan) -> dict[str, Sequence[str]]:
    return {one.why: one.cases for one in plan.kept}


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("county.db*"))


async def test_nothing_of_the_citizen_is_left_and_that_the_case_was_is_proved(
    filing: Filing, tmp_path: Path
) -> None:
    case, file = await filing.filed(tmp_path / "moved")
    (before,) = (await filing.operations.filing(OWNER, calls.ListPackages())).moved
    filing.later(366)
    in_a_file = filing.centre.relay.store.dialect == "sqlite"
    assert (NAME.encode() in on_disk(tmp_path)) is in_a_file
    plan = await planned(filing)
    assert (plan.cases, list(plan.first), plan.kept) == (1, [case], [])

    assert await purged(filing, plan) == [case]

    assert [one for one in (NAME, NOTE, "补一张照片") if one.encode() in on_disk(tmp_path)] == []
    (row,) = await filing.centre.rows(PackageRow)
    assert (row.parts, row.number, row.digest.hex()) == (b"", case, before.sha256)
    assert (row.moved_to, row.purged_ms) == (PLACE, filing.centre.clock.now_ms())
    assert verify_package(file).sha256 == row.digest.hex()  # what lies elsewhere is that one
    (shown,) = await filing.centre.cases()
    assert (shown["case"], shown["form"], shown["outcome"]) == (case, {}, "approved")
    log = await filing.centre.county.flows.life(case)
    assert log.status.n == len(log.events)
    with pytest.raises(ArchiveGoneError):
        await filing.exported(tmp_path, case)
    whole = await filing.operations.show(OWNER, calls.ShowPackage(case=case))
    assert (list(whole.files), whole.package.sha256) == ([], before.sha256)
    audit = filing.centre.ground.nodes.scene.authority.audit.newest(0, 6)
    purges = [one for one in audit if one.action == "purge"]
    assert [(one.outcome, one.detail["cases"]) for one in purges] == [("done", 1), ("begun", 1)]
    assert (await planned(filing)).cases == 0


async def test_each_reason_to_stay_is_told(filing: Filing, tmp_path: Path) -> None:
    centre, village = filing.centre, await filing.centre.village()
    unarchived = await filing.closed(village)
    unmoved = await filing.closed(village)
    held, supervised, appealed, rated, gone = [await filing.closed(village) for _ in range(5)]
    await centre.bring(village.submit())
    open_case = str((await centre.cases())[-1]["case"])
    filed = (held, supervised, appealed, rated, gone)
    await filing.rated_badly(rated)
    await filing.made(unmoved, *filed)
    await filing.moved(*await filing.exported(tmp_path, *filed))
    await filing.operations.hold(OWNER, calls.HoldPackage(case=held, why="行政诉讼"))
    await card(filing, supervised, state="open", appeal="")
    await card(filing, appealed, state="verified", appeal="appealed")
    await card(filing, gone, state="verified", appeal="rejected")
    filing.later(366)

    plan = await planned(filing)

    assert why(plan) == {
        "unarchived": [unarchived],
        "unmoved": [unmoved],
        "held": [held],
        "rated": [rated],
        "supervised": sorted([supervised, appealed]),
    }
    assert all(one.count == len(one.cases) for one in plan.kept)
    assert await purged(filing, plan) == [gone]
    erased = {one["case"] for one in await centre.cases() if one["erased_ms"]}
    assert erased == {gone}
    assert open_case not in erased
    await filing.operations.hold(OWNER, calls.HoldPackage(case=held, why=""))
    assert await purged(filing, await planned(filing)) == [held]


async def card(filing: Filing, case: str, **values: str) -> None:
    """A card of a case."""
    key = (await filing.centre.county.flows.life(case)).key

    async def work(session: AsyncSession) -> None:
        facts = dict.fromkeys(("rule", "rung", "subject", "since", "words", "item"), "red")
        facts |= {"item_type": "01", "department": "局", "post": "岗", "month": "2026-01"}
        row = CardRow(
            station=key[0], application=key[1], number=case, given_ms=1, **facts, **values
        )
        session.add(row)

    await filing.centre.relay.store.transact(work)


async def test_what_is_young_stays_to_the_day(filing: Filing, tmp_path: Path) -> None:
    case, _ = await filing.filed(tmp_path)
    filing.later(364)
    with pytest.raises(PurgeYoungError, match="365"):
        await planned(filing, 364)
    assert (await planned(filing)).cases == 0  # it ended 364 days ago
    filing.later(2)
    assert list((await planned(filing)).first) == [case]
    for wrong in ("2026-13-01", "", "yesterday"):
        with pytest.raises(UsageError, match="日期"):
            await filing.operations.plan(OWNER, calls.PlanPurge(before=wrong))


async def test_nothing_goes_while_the_date_is_in_doubt(filing: Filing, tmp_path: Path) -> None:
    await filing.filed(tmp_path)
    filing.later(400)
    plan = await planned(filing)
    filing.believed.append(False)
    with pytest.raises(ClockJumpedError):
        await planned(filing)
    with pytest.raises(ClockJumpedError):
        await purged(filing, plan)


async def test_only_what_was_agreed_on_goes(filing: Filing, tmp_path: Path) -> None:
    case, _ = await filing.filed(tmp_path)
    filing.later(366)
    plan = await planned(filing)
    await filing.operations.hold(OWNER, calls.HoldPackage(case=case, why="投诉未完结"))
    with pytest.raises(PurgeChangedError, match="0"):
        await purged(filing, plan)


async def test_who_may_what_and_nobody_alone(filing: Filing, tmp_path: Path) -> None:
    case, _ = await filing.filed(tmp_path)
    filing.later(366)
    plan = await planned(filing)
    people = {role: Actor.on_page("某人", rights) for role, rights in RIGHTS.items()}
    auditor, security = people[StaffRole.AUDIT], people[StaffRole.SECURITY]
    await filing.operations.filing(auditor, calls.ListPackages())
    await filing.operations.show(auditor, calls.ShowPackage(case=case))
    for role, somebody in people.items():
        if role is not StaffRole.SECURITY:
            with pytest.raises(LoginForbiddenError):
                await filing.operations.plan(somebody, calls.PlanPurge(before=plan.before))
            with pytest.raises(LoginForbiddenError):
                await purged(filing, plan, somebody)
        if role is not StaffRole.HANDLER:
            with pytest.raises(LoginForbiddenError):
                await filing.operations.make(somebody, calls.MakePackages(cases=[case]))
            with pytest.raises(LoginForbiddenError):
                await filing.operations.moved(
                    somebody, calls.ConfirmMoved(place=PLACE, digests=["0" * 64])
                )
            with pytest.raises(LoginForbiddenError):
                await filing.operations.export(
                    somebody, calls.ExportPackages(folder=tmp_path, cases=[case])
                )
    with pytest.raises(LoginForbiddenError):
        await filing.operations.filing(people[StaffRole.AUTHOR], calls.ListPackages())
    with pytest.raises(LoginForbiddenError):
        await filing.operations.hold(auditor, calls.HoldPackage(case=case, why="x"))
    with pytest.raises(PurgeAloneError):
        await purged(filing, plan, security)
    both = Actor.on_page("农秀英", RIGHTS[StaffRole.SECURITY], together="李建国")
    assert await purged(filing, plan, both) == [case]


async def test_moved_is_what_was_counted_elsewhere(filing: Filing, tmp_path: Path) -> None:
    case = await filing.closed()
    await filing.made(case)
    (file,) = await filing.exported(tmp_path, case)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ArchiveDiffersError):
        await filing.moved(file, broken)
    (row,) = await filing.centre.rows(PackageRow)
    assert row.moved_ms is None
    assert (await filing.moved(file)).moved == [case]
    assert (await filing.moved(file)).before == [case]
    listed = (tmp_path / "移交清单.csv").read_text("utf-8-sig")
    assert case in listed
    assert row.digest.hex() in listed
    for place, digests in (("", ["0" * 64]), (PLACE, []), (PLACE, ["12"]), (PLACE, ["x" * 64])):
        with pytest.raises(UsageError):
            await filing.operations.moved(OWNER, calls.ConfirmMoved(place=place, digests=digests))


async def test_erasing_at_once_takes_the_countys_copy_along(filing: Filing, tmp_path: Path) -> None:
    """A citizen's request does not wait for an archive."""
    case = await filing.closed()
    await filing.made(case)
    await filing.erasure.erase([case], "本人申请")
    (row,) = await filing.centre.rows(PackageRow)
    assert (row.parts, row.purged_ms) == (b"", filing.centre.clock.now_ms())
    assert NAME.encode() not in on_disk(tmp_path)


async def test_no_job_erases_what_is_nowhere_else(filing: Filing, tmp_path: Path) -> None:
    """The daily job of case_days, as the county runs it."""
    spared = PackageErasure(clock=filing.centre.relay.clock).spared
    village = await filing.centre.village()
    unmoved, held = await filing.closed(village), await filing.closed(village)
    moved, without = await filing.closed(village), await filing.closed(village)
    await filing.made(unmoved, held, moved)
    await filing.moved(*await filing.exported(tmp_path, held, moved))
    await filing.operations.hold(OWNER, calls.HoldPackage(case=held, why="诉讼"))
    filing.later(60)
    assert sorted(await filing.erasure.old(30, spared)) == sorted([moved, without])
    assert await filing.erasure.old(30, spared) == []


async def test_a_hold_that_comes_while_a_purge_runs_counts(
    filing: Filing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, _ = await filing.filed(tmp_path)
    gone, _ = await filing.filed(tmp_path)
    filing.later(366)
    plan, erase = await planned(filing), Erasure.erase

    async def interrupted(erasure: Erasure, *said: Any, **more: Any) -> list[str]:
        await filing.operations.hold(OWNER, calls.HoldPackage(case=held, why="行政诉讼"))
        return await erase(erasure, *said, **more)

    monkeypatch.setattr(Erasure, "erase", interrupted)
    assert await purged(filing, plan) == [gone]
    assert why(await planned(filing)) == {"held": [held]}


async def test_a_purge_goes_on_where_it_was_cut_off(filing: Filing, tmp_path: Path) -> None:
    """Each page of cases is one commit: what is gone is whole, what is not is not touched."""
    first, _ = await filing.filed(tmp_path)
    second, _ = await filing.filed(tmp_path)
    filing.later(366)
    assert (await planned(filing)).cases == 2
    await filing.erasure.erase([first], "the first page of a purge")
    plan = await planned(filing)
    assert list(plan.first) == [second]
    assert await purged(filing, plan) == [second]
