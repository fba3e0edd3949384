"""The common cases of a form and of a fee without JSON: one more field, one more simple rule.

What was typed is added to the item behind what its JSON says; the next page shows it there.

Source: docs/forms.md; docs/fees.md.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from multidict import MultiMapping

from protocol.catalogue.calendars.dates import read_date
from protocol.catalogue.documents import Document
from protocol.text import identifier

FIELD, FEE = "@field.", "@fee."  # begin the names of the controls
_LONGEST = 100  # characters of a text
KINDS: Mapping[str, tuple[str, Document]] = {
    "text": ("文字", {"type": "string", "maxLength": _LONGEST}),
    "whole": ("整数", {"type": "integer"}),
    "date": ("日期", {"type": "string", "format": "date"}),
    "money": ("金额", {"type": "integer", "format": "cn-fen", "minimum": 0}),
    "yes-no": ("是或否", {"type": "boolean"}),
    "choice": ("选一项", {"type": "string"}),
    "identity": ("身份证号", {"type": "string", "format": "cn-resident-id"}),
    "mobile": ("手机号", {"type": "string", "format": "cn-mobile"}),
}
"""Kinds of a new field, by key: in words, and as a schema."""
WORDS = tuple(words for words, _ in KINDS.values())
"""What is translated beside the templates."""


def add_guided(raw: dict[str, Any], typed: MultiMapping[Any], unread: Mapping[str, str]) -> None:
    """Add to an item what was typed into these controls; nothing where its JSON can't be read."""
    if "schema" not in unread and (title := _said(typed, f"{FIELD}title")):
        _add_field(raw, title, typed)
    if "fee_rules" not in unread and (amount := _said(typed, f"{FEE}amount")):
        _add_fee(raw, amount, typed)


def _add_field(raw: dict[str, Any], title: str, typed: MultiMapping[Any]) -> None:
    schema = raw.get("schema")
    if not isinstance(schema, dict):
        schema = raw["schema"] = {"type": "object", "properties": {}}
    known = schema.setdefault("properties", {})
    if not isinstance(known, dict):
        return
    number = next(at for at in range(1, len(known) + 2) if f"field{at}" not in known)
    _, kind = KINDS.get(_said(typed, f"{FIELD}kind"), KINDS["text"])
    made: dict[str, Any] = {**kind, "title": title}
    if hint := _said(typed, f"{FIELD}hint"):
        made["description"] = hint
    if kind is KINDS["choice"][1]:
        lines = str(typed.get(f"{FIELD}choices", "")).splitlines()
        made["enum"] = [line.strip() for line in lines if line.strip()]
    known[f"field{number}"] = made
    if _said(typed, f"{FIELD}required"):
        schema["required"] = [*schema.get("required", []), f"field{number}"]


def _add_fee(raw: dict[str, Any], amount: str, typed: MultiMapping[Any]) -> None:
    plain, unit = identifier(amount), _said(typed, f"{FEE}unit")
    form = {"kind": "fixed", "amount": plain}
    if unit:
        form = {"kind": "per_unit", "quantity": "数量", "unit": unit, "price": plain}
    rule = {
        "form": form,
        "basis": _said(typed, f"{FEE}basis"),
        "collector": _said(typed, f"{FEE}collector"),
        "effective_from": identifier(_said(typed, f"{FEE}from")),
    }
    rules = raw.get("fee_rules")
    before = rules if isinstance(rules, list) else []
    raw["fee_rules"] = [*(ended(one, rule["effective_from"]) for one in before), rule]


def ended(rule: object, start: object) -> object:
    """A fee rule that had no end, until the day before ``start``; else as it is."""
    if not isinstance(rule, dict) or rule.get("effective_to") or not isinstance(start, str):
        return rule
    try:
        last = read_date(start) - timedelta(days=1)
    except (ValueError, OverflowError):  # the checks name it
        return rule
    return {**rule, "effective_to": last.isoformat()}


def _said(typed: MultiMapping[Any], name: str) -> str:
    return str(typed.get(name, "")).strip()
