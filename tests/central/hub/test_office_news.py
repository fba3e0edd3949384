"""What the county says of a case that its township has: on its page, once, and gone when erased."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.roles import StaffRole
from central.hub.offices.models import OfficeCaseRow, OfficeEventRow, OfficeNewsRow
from protocol.codec import altered
from protocol.envelope.attachments import Attachment
from protocol.envelope.office_payloads import OfficeCase, OfficeErase, OfficeNews
from protocol.records.followups import NewContact, Said, Subject, Supplement, Withdrawal
from protocol.trust.roster import Role
from tests.central.hub.giving import CASE, case_of, give, purge_of, tell
from tests.central.hub.test_board_pages import Desk
from tests.central.hub.test_office_pages import desk, text

__all__ = ["desk"]  # the fixture
NOW_MS = 1_800_000_000_000
SCAN = Attachment(
    material="income",
    name="去年收入.jpg",
    size=90_000,
    sha256=bytes(32),
    blob=bytes(31) + b"n",
    key=bytes(32),
)


def given(desk: Desk) -> OfficeCase:
    nodes = desk.hub.editions.roster.nodes
    (station,) = [node for node, one in nodes.items() if one.role is Role.STATION]
    return case_of(desk.hub.node, station=station)


def news(desk: Desk, subject: Subject | None, *files: Attachment, **said: object) -> OfficeNews:
    told = OfficeNews(
        station=given(desk).station,
        application=given(desk).application,
        turn=2,
        ref="0c" * 16,
        said=Said(subject=subject, clerk="农小芳") if subject else None,
        came_ms=1_790_000_100_000,
        attachments=files,
    )
    return altered(told, **said)


async def came(desk: Desk, told: OfficeNews | OfficeErase) -> None:
    await tell(desk.hub, desk.place.scene.randomness, told)


async def found(desk: Desk, table: type) -> list[Any]:
    async def work(session: AsyncSession) -> list[Any]:
        return list((await session.scalars(select(table))).all())

    return await desk.hub.store.transact(work)


async def rows(desk: Desk, table: type) -> int:
    return len(await found(desk, table))


async def test_the_page_of_a_case_shows_what_came_and_where_to_look(desk: Desk) -> None:
    await desk.log_in(StaffRole.HANDLER)
    await came(desk, news(desk, Supplement(words="补去年的"), SCAN))
    await came(desk, news(desk, NewContact(phone="19900000001"), ref="0d" * 16))
    await came(desk, news(desk, Withdrawal(by="黄小明", words="不办了"), ref="0e" * 16))
    await came(desk, news(desk, None, ref="451423-2026-EB000056"))
    page = await text(desk, f"/office/{CASE}")
    for word in ("补去年的", "去年收入.jpg", "19900000001", "不办了", "451423-2026-EB000056"):
        assert word in page
    assert "办理期间村里送来 4 份" in page
    assert "请交回县里" in page
    answer = await desk.get(f"/office/{CASE}/files/1")  # its paper stands behind those of the case
    assert "去年收入.jpg" in await answer.text()  # has not come yet, by its name
    assert (await desk.get(f"/office/{CASE}/files/2")).status == 400  # no such paper


async def test_the_same_is_kept_once_and_goes_with_its_turn(desk: Desk) -> None:
    one = news(desk, NewContact(phone="19900000001"))
    for _ in range(2):
        await came(desk, one)
    assert await rows(desk, OfficeNewsRow) == 1
    await came(desk, altered(one, turn=3))  # before the case, by another way
    await came(desk, one)  # late
    assert await rows(desk, OfficeNewsRow) == 1
    await desk.log_in(StaffRole.HANDLER)
    assert "办理期间村里送来" not in await text(desk, f"/office/{CASE}")  # of a turn to come


async def test_what_is_sealed_at_the_hub_says_nothing(desk: Desk) -> None:
    await came(desk, news(desk, Withdrawal(by="黄小明", words="全家外出务工")))
    await desk.hub.store.checkpoint()
    for file in desk.place.folder.rglob("*.db*"):
        assert "全家外出务工".encode() not in file.read_bytes()


async def test_an_erased_case_is_nowhere_on_the_board(desk: Desk) -> None:
    await desk.log_in(StaffRole.HANDLER)
    await desk.post(f"/office/{CASE}/act/accept", {"note": "情况属实", "seen": "2"})
    await came(desk, news(desk, NewContact(phone="19900000001")))
    erase = OfficeErase(station=given(desk).station, application=given(desk).application, turn=2)
    await came(desk, altered(erase, turn=5))
    for path in ("/office", "/office?past"):
        assert CASE not in await text(desk, path)
    assert (await desk.get(f"/office/{CASE}")).status != 200
    assert [await rows(desk, table) for table in (OfficeEventRow, OfficeNewsRow)] == [0, 0]
    assert await rows(desk, OfficeCaseRow) == 1  # so that nothing late brings it back
    await give(desk.hub, desk.place.scene.randomness, given(desk))
    assert CASE not in await text(desk, "/office")
    assert await purge_of(desk.hub).erase(NOW_MS) == 1  # with its papers, the next time
    assert await rows(desk, OfficeCaseRow) == 0


async def test_papers_that_came_meanwhile_go_with_the_copy(desk: Desk) -> None:
    await came(desk, news(desk, Supplement(words="补去年的"), SCAN))
    (row,) = await found(desk, OfficeCaseRow)
    assert row.blobs == b"".join(one.blob for one in (*given(desk).attachments, SCAN))
