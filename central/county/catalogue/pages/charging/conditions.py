"""When a relief holds, as one comparison with controls, and back to its expression.

Source: docs/fees.md, ``when``.
"""

import re

from central.county.catalogue.pages.charging.names import FactNames
from central.county.catalogue.pages.values import plain
from protocol.catalogue.documents import Document
from protocol.text import identifier

COMPARED = {"==": "就是", "!=": "不是", ">=": "不小于", "<=": "不大于", ">": "大于", "<": "小于"}
YES, NO = "是", "否"
_ONE = re.compile(r"(\w+) (==|!=|>=|<=|>|<) (?:\"([^\"\\]*)\"|'([^'\\]*)'|([0-9.]+))")
_TRUTH = re.compile(r"(not )?(\w+)")
_NUMBER = re.compile(r"[0-9]{1,13}(\.[0-9]{1,6})?")


def when_columns(when: object, names: FactNames) -> dict[str, str] | None:
    """An expression as controls; None for one that they can't say."""
    text = plain(when)
    if found := _TRUTH.fullmatch(text):
        columns = {"fact": found[2], "way": "==", "value": NO if found[1] else YES}
    elif found := _ONE.fullmatch(text):
        value = next(one for one in found.groups()[2:] if one is not None)
        columns = {"fact": found[1], "way": found[2], "value": value}
    else:
        return None
    columns["fact"] = names.shown(columns["fact"])
    return columns if when_of(columns, names, text) == text else None


def when_of(row: Document, names: FactNames, before: str = "") -> str:
    """The expression of the controls; empty if they name no fact.

    Args:
        before: as it was: what could mean a number or a text stays what it was.
    """
    fact, way = names.read(plain(row.get("fact"))), plain(row.get("way")) or "=="
    value = plain(row.get("value")).strip()
    if not fact:
        return ""
    quoted, number = f'"{value}"', identifier(value)
    if fact in names.texts or quoted in before:
        return f"{fact} {way} {quoted}"
    if value in (YES, NO) and way in ("==", "!="):
        return fact if (value == YES) == (way == "==") else f"not {fact}"
    if _NUMBER.fullmatch(number):
        return f"{fact} {way} {number}"
    return f"{fact} {way} {quoted}"
