"""A fee rule as the controls of its page, and back. What is not touched stays as it was.

Source: docs/fees.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from central.county.catalogue.pages.asking.numbers import number_of
from central.county.catalogue.pages.charging.conditions import NO, YES, when_columns, when_of
from central.county.catalogue.pages.charging.forms import (
    COMPOSITE,
    OTHER,
    TIMES,
    amount_of,
    columns_of,
    form_of,
    lines_of,
    table_of,
    zone_of,
)
from central.county.catalogue.pages.charging.names import FactNames
from central.county.catalogue.pages.values import listed, mapping, objects, plain
from protocol.catalogue.documents import Document
from protocol.catalogue.fees.asking import asked_facts
from protocol.catalogue.fees.kinds import Kind
from protocol.catalogue.fees.rule import read_rules
from protocol.errors import CatalogueError

_RULE = ("basis", "collector", "effective_from", "effective_to")
_BOUNDS = ("floor", "cap", "rounding")
_EVIDENCE = "evidence"


def rows_of(rule: Document, names: FactNames) -> dict[str, Any]:
    """A rule as its controls show it."""
    rows: dict[str, Any] = {
        **form_rows(rule.get("form"), names),
        "rule": {key: rule[key] for key in _RULE if rule.get(key) is not None},
        "bounds": {key: rule[key] for key in _BOUNDS if rule.get(key) is not None},
        "relief": [_relief_row(one, names) for one in objects(rule, "relief")],
        "examples": [_example_row(one, names) for one in objects(rule, "examples")],
    }
    return rows


def form_rows(form: object, names: FactNames) -> dict[str, Any]:
    """The form alone: its own controls, those of its parts, the factors of its zones."""
    zone, inner = zone_of(form)
    parts = objects(inner, "parts") if isinstance(inner, dict) else []
    how = {"kind": COMPOSITE} if _is_composite(inner) else columns_of(inner, names)
    rows = {
        "how": how,
        "parts": [{"name": one.get("name"), **columns_of(one.get("form"), names)} for one in parts]
        if how.get("kind") == COMPOSITE
        else [],
        "zone": {"by": names.shown(plain(zone["by"])), "factors": lines_of(zone["factors"])}
        if zone
        else {},
    }
    whole = {"how": columns_of(form, names), "parts": [], "zone": {}}
    return rows if _form(rows, names) == form or form is None else whole


def rule_of(rows: Document, before: Document, names: FactNames) -> dict[str, Any]:
    """The rule that the controls say; ``before`` is the one that it was, empty for a new one."""
    form = before.get("form")
    typed = {key: rows.get(key) or type(one)() for key, one in form_rows(form, names).items()}
    if typed != form_rows(form, names):
        form = _form(typed, names)
    said: dict[str, Any] = {"form": form}
    said |= {key: mapping(rows, "rule").get(key) for key in _RULE}
    said |= {key: _amount(mapping(rows, "bounds").get(key)) for key in _BOUNDS}
    said["relief"] = [_relief(one, names) for one in objects(rows, "relief")] or None
    kinds = _kinds({**before, **_there(said)})
    said["examples"] = [_example(one, names, kinds) for one in objects(rows, "examples")] or None
    made = {**before, **{key: one for key, one in said.items() if one is not None}}
    kept = {key for key in before if before[key] in (None, [])}
    return {key: one for key, one in made.items() if key in kept or said.get(key, one) is not None}


def _is_composite(form: object) -> bool:
    return isinstance(form, dict) and form.get("kind") == COMPOSITE


def _form(rows: Document, names: FactNames) -> Any:  # noqa: ANN401 - JSON may be anything
    how = mapping(rows, "how")
    form = form_of(how, names)
    if how.get("kind") == COMPOSITE:
        parts: list[dict[str, Any]] = [
            {"name": one.get("name"), "form": form_of(one, names)} for one in objects(rows, "parts")
        ]
        form = {"kind": COMPOSITE, "parts": [_there(one) for one in parts]}
    zone = mapping(rows, "zone")
    if not zone or how.get("kind") == OTHER:
        return form
    factors = table_of(zone.get("factors"))
    return _there(
        {"kind": TIMES, "by": names.read(plain(zone.get("by"))), "factors": factors, "of": form}
    )


def _there(raw: Document) -> dict[str, Any]:
    return {key: one for key, one in raw.items() if one is not None}


def _amount(value: object) -> object:
    return amount_of(value) if isinstance(value, str) else value


def _relief_row(relief: Document, names: FactNames) -> dict[str, Any]:
    columns = when_columns(relief.get("when"), names)
    rest = {key: one for key, one in relief.items() if key != "when" or columns is None}
    return {**rest, **(columns or {}), "was": dict(relief)}


def _relief(row: Document, names: FactNames) -> dict[str, Any]:
    was = mapping(row, "was")
    if was and _relief_row(was, names) == row:
        return dict(was)
    made = {key: one for key, one in row.items() if key not in ("was", "fact", "way", "value")}
    if when := when_of(row, names, plain(was.get("when"))):
        made["when"] = when
    return made | ({"factor": _amount(row["factor"])} if "factor" in row else {})


def _example_row(example: Document, names: FactNames) -> dict[str, Any]:
    facts = mapping(example, "facts")
    lines = [f"{names.shown(key)}：{_said(one)}" for key, one in facts.items() if key != _EVIDENCE]
    row = {**example, "facts": lines, "given": list(listed(facts, _EVIDENCE))}
    words = f"{'，'.join(lines)} → {plain(example.get('total'))}"
    return _there(row | {"words": words, "was": dict(example)})


def _kinds(rule: Document) -> dict[str, Kind]:
    """Of what kind each fact is that a rule asks; none of a rule that is wrong."""
    try:
        (read,) = read_rules([{**rule, "examples": []}], "")
    except CatalogueError:
        return {}
    return {one.name: one.kind for one in asked_facts(read)}


def _example(row: Document, names: FactNames, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    was = mapping(row, "was")
    if was and _example_row(was, names) == row:
        return dict(was)
    facts = dict(
        _fact(plain(line), names, mapping(was, "facts"), kinds) for line in listed(row, "facts")
    )
    if given := listed(row, "given"):
        facts[_EVIDENCE] = list(given)
    made = {key: one for key, one in row.items() if key not in ("was", "words", "given")}
    return _there({**made, "facts": facts, "total": _amount(row.get("total"))})


def _fact(line: str, names: FactNames, was: Document, kinds: Mapping[str, Kind]) -> tuple[str, Any]:
    """A fact of a line, as what the rule asks; where nobody knows, as what it looks like."""
    title, text = next(iter(table_of([line]).items()))
    name = names.read(title)
    before, truths = was.get(name), {YES: True, NO: False}
    if before is not None and _said(before) == text:
        return name, before
    kind = kinds.get(name, Kind.TEXT if name in names.texts else None)
    if kind is Kind.TEXT:
        return name, text
    return name, truths[text] if text in truths and kind is not Kind.NUMBER else number_of(text)


def _said(value: object) -> str:
    return {True: YES, False: NO}[value] if isinstance(value, bool) else plain(value)


def replaced(rules: Sequence[Any], number: int, rule: Document | None) -> list[Any]:
    """The rules with one of them changed, added at the end (``number`` 0), or taken out."""
    made = list(rules)
    if number:
        made[number - 1 : number] = [dict(rule)] if rule is not None else []
    elif rule is not None:
        made.append(dict(rule))
    return made
