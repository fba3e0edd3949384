"""What is filled in by the item, and how far a limit may be made longer."""

from dataclasses import replace
from datetime import datetime

import pytest

from central.county.flows.dates import _require_extendable
from protocol.casework.events.handling import Extended
from protocol.catalogue.calendars.due import read_limit
from protocol.errors.casework import StepFieldsError
from tests.central.county.centre import Centre
from tests.central.county.flows.acting import one_case

NOW = datetime(2026, 9, 21)  # noqa: DTZ001 - local time without a zone


@pytest.mark.parametrize(("limit", "taken"), [("10wd", True), ("11wd", False), ("10d", False)])
async def test_a_limit_is_made_longer_in_its_own_unit_and_by_no_more_than_the_item_allows(
    centre: Centre, limit: str, taken: bool
) -> None:
    case = await centre.county.flows.life(await one_case(centre, await centre.village()))
    handling = replace(case.rules.handling, extend=read_limit("10wd"))
    allowed = replace(case, rules=replace(case.rules, handling=handling))
    if taken:
        _require_extendable(allowed, Extended(limit=limit), (), NOW)
        return
    with pytest.raises(StepFieldsError, match="最多"):
        _require_extendable(allowed, Extended(limit=limit), (), NOW)
