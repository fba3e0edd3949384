"""The fee of an item of the catalogue: the same call at station and county.

Source: docs/fees.md.
"""

from datetime import date

from protocol.catalogue.calendars.dates import read_date
from protocol.catalogue.fees.rule import read_rules
from protocol.catalogue.fees.sheet import compute_fee
from protocol.catalogue.fees.told import FeeSheet, ItemFee
from protocol.catalogue.forms.reading import parse_json
from protocol.errors import CatalogueError, FeeUnknownError, UsageError
from protocol.limits import MAX_ENTRY_BYTES

_DEPTH = 24  # as of every item


def read_day(text: str, option: str = "--on") -> date:
    """A date as commands take it, by ``option``.

    Raises:
        UsageError: it is none.
    """
    try:
        return read_date(text)
    except ValueError as exc:
        raise UsageError(f"{option} {exc}") from None


def item_fee(release: int, code: str, entry: bytes, facts: object, day: date) -> ItemFee:
    """What an item costs; the same at station and county.

    Raises as :func:`fee_of`.
    """
    sheet = fee_of(entry, facts, day)
    return ItemFee(item=code, release=release, day=day.isoformat(), total=sheet.total, sheet=sheet)


def fee_of(entry: bytes, facts: object, day: date) -> FeeSheet:
    """The fee sheet of the item in ``entry``, for ``facts``, on ``day``.

    Raises:
        FeeUnknownError: the item has no rule that is in force then.
        FeeFactsError: a fact is missing, or is none that the rule can use.
    """
    raw = parse_json(entry, limit=MAX_ENTRY_BYTES, depth=_DEPTH, error=CatalogueError)
    rules = raw.get("fee_rules") if isinstance(raw, dict) else None
    if rules is None:
        raise FeeUnknownError("没有收费规则")
    return compute_fee(read_rules(rules, "fee_rules"), facts, day)
