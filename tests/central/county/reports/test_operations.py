"""Who makes a monthly report, who may read it, and what of that stands in the record."""

import pytest

from central.accounts.roles import RIGHTS, StaffRole
from central.county.reports.calls import MAKE, MakeReport, ShowReport
from central.county.reports.operations import ReportOperations
from protocol.errors import LoginForbiddenError
from runtime.actor import Actor
from runtime.control.calls import Nothing
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.centre import Centre

MONTH = "2026-08"
AUDITOR = Actor.on_page("黄监察", RIGHTS[StaffRole.AUDIT])
HANDLER = Actor.on_page("韦兰", RIGHTS[StaffRole.HANDLER])
STRANGER = Actor.on_page("某人", frozenset())
ROOT = Actor.at_command_line("root")


async def test_the_record_has_the_digest_of_what_was_frozen(centre: Centre) -> None:
    record = Notes()
    reports = ReportOperations(centre.county.reports, record)
    made = await reports.make(ROOT, MakeReport(month=MONTH))
    assert {(name, subject) for _, name, _, subject in record.noted} == {(MAKE.name, MONTH)}
    assert record.details[-1] == {"edition": 1, "sha256": made.sha256}


async def test_who_is_judged_by_a_report_does_not_make_it(centre: Centre) -> None:
    reports = ReportOperations(centre.county.reports, Notes())
    for actor in (HANDLER, STRANGER):
        with pytest.raises(LoginForbiddenError):
            await reports.make(actor, MakeReport(month=MONTH))
    await reports.make(ROOT, MakeReport(month=MONTH))
    assert (await reports.show(HANDLER, ShowReport(month=MONTH))).newest == 1
    assert len((await reports.list(AUDITOR, Nothing())).reports) == 1
    with pytest.raises(LoginForbiddenError):
        await reports.list(STRANGER, Nothing())
    with pytest.raises(LoginForbiddenError):
        await reports.show(STRANGER, ShowReport(month=MONTH))
