"""Who may see and change what a case costs, in whose name, and what of it stands in the record."""

import pytest

from central.accounts.roles import RIGHTS, StaffRole
from central.county.fees import calls
from central.county.fees.models import EntryRow
from central.county.fees.operations import FeeOperations
from protocol.errors import LoginForbiddenError
from runtime.actor import Actor
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.centre import Centre
from tests.central.county.fees.scene import CLERK, HEAD
from tests.central.county.fees.test_fees import one_case

ON_PAGE = Actor.on_page(CLERK, RIGHTS[StaffRole.HANDLER])
OTHER = Actor.on_page(HEAD, RIGHTS[StaffRole.HANDLER])
AUDITOR = Actor.on_page("黄监察", RIGHTS[StaffRole.AUDIT])
ROOT = Actor.at_command_line("root")


async def test_each_step_stands_in_the_record_and_nobody_s_words(centre: Centre) -> None:
    number, record = await one_case(centre), Notes()
    fees = FeeOperations(centre.county.fees, record)
    await fees.show(ON_PAGE, calls.ShowFee(case=number))
    await fees.notice(ON_PAGE, calls.Notice(case=number))
    await fees.record(ON_PAGE, calls.RecordPayment(case=number, payer="覃大哥"))
    await fees.relief(OTHER, calls.Relief(case=number, evidence="proof"))
    await fees.refund(OTHER, calls.Refund(case=number, words="覃大哥有低保"))
    day = (await centre.rows(EntryRow))[0].day
    await fees.day(ON_PAGE, calls.ShowDay(day=day))
    done = [(name, subject) for _, name, _, subject in record.noted]
    steps = (calls.SHOW, calls.NOTICE, calls.RECORD, calls.RELIEF, calls.REFUND)
    assert done == [*((one.name, number) for one in steps), (calls.DAY.name, day)]
    assert record.details[3]["evidence"] == "proof"
    assert "覃大哥" not in str(record.details)


async def test_only_who_handles_cases_sees_or_changes_what_they_cost(centre: Centre) -> None:
    number = await one_case(centre)
    fees = FeeOperations(centre.county.fees, Notes())
    for asked in (
        fees.show(AUDITOR, calls.ShowFee(case=number)),
        fees.notice(AUDITOR, calls.Notice(case=number)),
        fees.record(AUDITOR, calls.RecordPayment(case=number)),
        fees.relief(AUDITOR, calls.Relief(case=number, evidence="proof")),
        fees.refund(AUDITOR, calls.Refund(case=number, words="错收")),
        fees.unpaid(AUDITOR, calls.Unpaid(case=number, words="未缴")),
        fees.print(AUDITOR, calls.PrintNotice(case=number)),
        fees.day(AUDITOR, calls.ShowDay()),
    ):
        with pytest.raises(LoginForbiddenError):
            await asked
    assert await centre.rows(EntryRow) == []


async def test_a_page_approves_relief_in_nobody_else_s_name(centre: Centre) -> None:
    """Else whoever takes the money approves that less is to be paid."""
    number = await one_case(centre)
    fees = FeeOperations(centre.county.fees, Notes())
    made = await fees.notice(ON_PAGE, calls.Notice(case=number, by=HEAD))
    assert made.entries[-1].by == CLERK
    named = await fees.record(ROOT, calls.RecordPayment(case=number, by=HEAD))
    assert named.entries[-1].by == HEAD
