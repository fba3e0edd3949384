"""What was typed into the forms of departments, as the calls want it."""

from collections.abc import Mapping, Sequence
from datetime import date

from central.county.departments.calls import DelegationShown
from central.county.departments.pages.keys import ITEM_NAMES
from central.county.departments.sheet import day_of, list_of
from central.county.departments.staffing import Power, Powers
from protocol.limits import MAX_NAME_CHARS
from runtime.web.page import Page

_DAY_CHARS = 20
_LIST_CHARS = 4000


async def name(page: Page, field: str) -> str:
    """One name. Raises UsageError if it is too long."""
    return await page.field(field, most=MAX_NAME_CHARS)


async def names(page: Page, field: str) -> Sequence[str]:
    """Several, one a line."""
    return list_of(await page.field(field, most=_LIST_CHARS))


async def powers(page: Page) -> Powers:
    """Those whose boxes are ticked."""
    ticked = (await page.request.post()).getall("powers", [])
    return frozenset(one for one in Power if one.value in ticked)


async def day(page: Page, field: str, what: str) -> date:
    """A day. Raises PostWordsError if it is none."""
    return day_of(await page.field(field, most=_DAY_CHARS), what)


async def item_names(page: Page, delegations: Sequence[DelegationShown]) -> Mapping[str, str]:
    """What the items of these delegations are called, by their codes."""
    return await page.request.app[ITEM_NAMES]({code for one in delegations for code in one.items})
