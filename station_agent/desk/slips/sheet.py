"""What stands on the sheet of a slip, for a single one and for those of a batch.

Source: docs/operations.md, "Slips".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from protocol.errors import CatalogueMissingError, ItemUnknownError
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.slips.fee import fee_of
from station_agent.intake.calls import ItemShown, ShowItem
from station_agent.slips.calls import CopyShown, SlipText


async def sheet_of(page: Page, slip: SlipText, copy: CopyShown) -> Mapping[str, Any]:
    """The values of the template ``desk/slip_sheet.html``."""
    desk, item = page.request.app[DESK], await _item_of(page, slip.item)
    return {
        "slip": slip,
        "copy": copy,
        "applicant": await desk.slips.masked_applicant(opened_of(page), slip.application),
        "qr": _qr(slip.scanned),
        "contact": _contact(item),
        "complaint": str(item.facts.get("complaint", "")) if item else "",
        "fees": _fees(item),
        "fee": await fee_of(page, slip) if _fees(item) else None,
    }


async def _item_of(page: Page, code: str) -> ItemShown | None:
    """The item as it is now; a slip is printed without it, too."""
    try:
        return await page.request.app[DESK].applying.item(page.actor, ShowItem(item=code))
    except (CatalogueMissingError, ItemUnknownError):
        return None


def _contact(item: ItemShown | None) -> str:
    """Whom to ask: this place first, then what the county says of the item."""
    if item is None:
        return ""
    return str(item.here.contact or item.facts.get("contact", ""))


def _fees(item: ItemShown | None) -> Sequence[Mapping[str, Any]] | None:
    """The rules by which it costs something; none: it is free; None: that is not known."""
    if item is None:
        return None
    rules = item.facts.get("fee_rules")
    return rules if isinstance(rules, list) else []


def _qr(text: str) -> str:
    """The code as SVG that stands in the page itself."""
    import segno  # noqa: PLC0415 - 1 MB, for whoever prints

    return segno.make(text, error="m", micro=False, mode="alphanumeric").svg_inline(
        omitsize=True, border=2
    )
