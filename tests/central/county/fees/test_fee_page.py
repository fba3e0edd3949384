"""The fee of a case on its page: reliefs are chosen by name, and what was typed stays."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from central.accounts.roles import StaffRole
from central.store.migrate import ACCOUNTS, COUNTY, RELAY
from tests.builders.disks.blank import blank_sqlite
from tests.central.county.centre import Ground
from tests.central.county.fees.scene import CLERK, HALF, case_of, catalogue, charging, item
from tests.central.county.review.test_queue_page import Office, open_office
from tests.central.county.review.withdrawing import Withdrawing

CHOICE = '<option value="proof">低保减半（低保证）</option>'


@pytest.fixture
async def office(ground: Ground, tmp_path: Path) -> AsyncIterator[Office]:
    path = tmp_path / "county.db"
    path.write_bytes(blank_sqlite(RELAY, COUNTY, ACCOUNTS))
    async with Withdrawing.open(
        ground, f"sqlite+aiosqlite:///{path}", tmp_path / "county"
    ) as centre:
        assert isinstance(centre, Withdrawing)
        async with open_office(centre) as made:
            yield made


@pytest.mark.parametrize("reliefs", [[HALF], []])
async def test_a_relief_is_chosen_by_its_name_where_there_is_one(
    office: Office, reliefs: list[dict[str, str]]
) -> None:
    licence = item(relief=reliefs)
    release = await charging(office.centre, licence)
    village = await office.centre.village()
    number = await case_of(office.centre, village, licence, {"办理原因": "丢失补领"}, release)
    await office.centre.county.fees.fees.notice(number, {}, CLERK)
    reader = await office.reader(StaffRole.HANDLER)
    page = await (await reader.get(f"/cases/{number}/fee")).text()
    assert (CHOICE in page) == ("准予减免" in page) == bool(reliefs)


async def test_what_was_typed_stays_beside_the_refusal(office: Office) -> None:
    licence = item()
    release = await office.centre.county.catalogue.publish(catalogue(licence))  # and no tickets
    village = await office.centre.village()
    number = await case_of(office.centre, village, licence, {"办理原因": "丢失补领"}, release)
    await office.centre.county.fees.fees.notice(number, {}, CLERK)
    reader = await office.reader(StaffRole.HANDLER)
    answer = await reader.send(f"/cases/{number}/fee/record", [("words", "覃大哥")], {})
    page = await answer.text()
    assert answer.status == 400
    assert page.count('value="覃大哥"') == 1
