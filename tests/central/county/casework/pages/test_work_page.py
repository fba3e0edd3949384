"""The work list on the console: tabs, filters in the address, and nothing of whose a case is."""

from central.accounts.roles import StaffRole
from central.county.flows.log import By
from central.county.flows.service import Wanted
from tests.central.county.review.test_queue_page import Office

HANDLER = StaffRole.HANDLER


async def test_what_was_taken_on_comes_first_and_filters_stand_in_the_address(
    office: Office,
) -> None:
    village = await office.centre.village()
    for _ in range(2):
        await office.centre.bring(village.submit(form={"name": "样福丽", "age": 61}))
    one, two = [str(case["case"]) for case in await office.centre.cases()]
    reader = await office.reader(HANDLER)

    async def shown(address: str) -> tuple[bool, bool]:
        response = await reader.get(address)
        text = await response.text()
        assert response.status == 200
        assert "样福丽" not in text
        return one in text, two in text

    assert await shown("/worklist") == (True, True)
    await office.centre.county.flows.act(two, Wanted(action="take"), By(name=HANDLER.value))
    assert await shown("/worklist") == await shown("/worklist?whose=mine") == (False, True)
    assert await shown("/worklist?whose=free") == (True, False)
    assert await shown("/worklist?whose=all&state=received") == (True, True)
    assert await shown("/worklist?state=accepted&light=nonsense") == (False, False)


async def test_what_was_chosen_for_a_bulk_decision_stays_chosen_after_an_error(
    office: Office,
) -> None:
    village = await office.centre.village()
    for _ in range(2):
        await office.centre.bring(village.submit(form={"name": "样福丽", "age": 61}))
    numbers = [str(case["case"]) for case in await office.centre.cases()]
    reader = await office.reader(HANDLER)
    chosen = [("case", number) for number in numbers]
    answer = await reader.send(
        "/worklist/bulk", [*chosen, ("outcome", "refused"), ("note", " ")], {}
    )
    page = await answer.text()
    assert answer.status == 400
    for number in numbers:
        assert f'name="case" value="{number}"' in page
    assert 'value="refused" selected' in page

    answer = await reader.send(
        "/worklist/bulk", [*chosen, ("outcome", "refused"), ("note", "重复")], {}
    )
    page = await (await reader.get(answer.headers["Location"])).text()
    assert "养老保险参保登记" in page  # what it is, beside its number
