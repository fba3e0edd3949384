"""Two cases side by side on the console: what differs, and what is said of them."""

from central.accounts.roles import StaffRole
from protocol.catalogue.forms.identifiers import resident_id_of
from tests.central.county.review.test_queue_page import Office

HANDLER = StaffRole.HANDLER
PERSON = resident_id_of("1950-01-31")


async def two_cases(office: Office) -> tuple[str, str]:
    """The older, and the newer one; the newer has another paper."""
    village = await office.centre.village()
    for content in (b"proof", b"another"):
        scan = village.scan(content, material="proof")
        form = {"id": PERSON, "why": f"因 {content.decode()}"}
        await office.centre.bring(village.submit(scan, item="relief", form=form), scan)
        office.centre.clock.jump_wall(ms=1)
    older, newer = [case["case"] for case in await office.centre.cases()]
    return older, newer


async def test_two_cases_stand_beside_each_other_and_both_looks_are_noted(office: Office) -> None:
    older, newer = await two_cases(office)
    reader = await office.reader(HANDLER)
    listed = await (await reader.get("/duplicates")).text()
    assert f'href="/cases/{newer}/beside/{older}"' in listed
    assert (
        f'href="/cases/{older}/beside/{newer}"'
        in await (await reader.get(f"/cases/{older}")).text()
    )
    text = await (await reader.get(f"/cases/{newer}/beside/{older}")).text()
    assert "2 处不同" not in text
    assert text.count('class="differs"') == 2  # a field, and the paper
    audit = office.centre.scene.authority.audit.newest(0, 20)
    looked = {one.subject for one in audit if one.action == "county.case"}
    assert {older, newer} <= looked
    assert "county.duplicates" in {one.action for one in audit}  # and at the list


async def test_said_to_be_two_they_are_not_suggested_again(office: Office) -> None:
    older, newer = await two_cases(office)
    reader = await office.reader(HANDLER)
    path = f"/cases/{newer}/beside/{older}"
    empty = await reader.post(path, {"said": "none", "reason": " "})
    assert empty.status == 400
    done = await reader.post(path, {"said": "none", "reason": "两次不同的事"})
    assert (done.status, done.headers["Location"]) == (303, "/duplicates")
    assert newer not in await (await reader.get("/duplicates")).text()
    assert ("handler (web)", "county.duplicate-judge", newer) in office.noted()


async def test_merged_the_other_goes_on_by_an_event_of_the_log(office: Office) -> None:
    older, newer = await two_cases(office)
    reader = await office.reader(HANDLER)
    path = f"/cases/{newer}/beside/{older}"
    late = await reader.post(path, {"said": "merge", "reason": "同一件事", "seen": "9"})
    assert late.status == 400  # somebody else was faster
    done = await reader.post(path, {"said": "merge", "reason": "同一件事", "seen": "1"})
    assert (done.status, done.headers["Location"]) == (303, f"/cases/{newer}?done=merge")
    life = await office.centre.county.flows.life(newer)
    assert life.status.state.value == "continued"
    assert newer not in await (await reader.get("/duplicates")).text()


async def test_linked_each_goes_its_own_way(office: Office) -> None:
    older, newer = await two_cases(office)
    reader = await office.reader(HANDLER)
    done = await reader.post(
        f"/cases/{newer}/beside/{older}", {"said": "link", "reason": "同一户", "seen": ""}
    )
    assert done.status == 303
    life = await office.centre.county.flows.life(newer)
    assert life.status.state.value == "received"
    assert older not in await (await reader.get("/duplicates")).text()


async def test_nobody_else_sees_them(office: Office) -> None:
    older, newer = await two_cases(office)
    reader = await office.reader(StaffRole.AUDIT)
    for path in ("/duplicates", f"/cases/{newer}/beside/{older}"):
        assert (await reader.get(path)).status == 403
    assert (await reader.post(f"/cases/{newer}/beside/{older}", {"said": "none"})).status == 403
