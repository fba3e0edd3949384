"""The fee of a case, paid back once by a red ticket, for pictures."""

from collections.abc import Sequence
from typing import Any

from central.county.casework.calls import ListCases
from central.county.county import County
from protocol.errors import FeeFactsError, FeeUnknownError
from tests.central.county.fees.scene import let_charge

BY, OTHER = "陆经办", "黄局"
MANY = "451423-044"  # an item that may be decided many at once
_CHARGED = "451423-035"  # an item of which there is a case


def let_cost(items: Sequence[dict[str, Any]]) -> None:
    """One of the sample county's items has a fee; another may be decided many at once."""
    next(item for item in items if item["id"] == MANY)["bulk"] = True
    charged = next(item for item in items if item["id"] == _CHARGED)
    charged["fee_rules"] = [
        {
            "basis": "样例文号〔2020〕1号",
            "collector": "样例县残联",
            "effective_from": "2020-01-01",
            "form": {"kind": "fixed", "amount": "10"},
        }
    ]


async def charged(county: County) -> str:
    """Number of a case that costs something; else of one that costs nothing."""
    let_charge(county, 100)
    fees = county.fees.fees
    cases = (await county.case_room.list.page(ListCases(), limit=100)).cases
    for case in (one.case for one in cases):
        for facts in ({}, {"原因": "丢失补领", "页数": 6}):
            try:
                await fees.notice(case, facts, BY)
            except (FeeFactsError, FeeUnknownError):
                continue
            await fees.record(case, "", BY)
            await fees.refund(case, "重复缴费", OTHER)
            await fees.notice(case, facts, BY)
            return case
    return cases[0].case
