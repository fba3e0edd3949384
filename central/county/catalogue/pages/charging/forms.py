"""The form of a fee as the controls of its kind, and back. Tables and tiers are lines of text.

Source: docs/fees.md, "A rule".
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from central.county.catalogue.pages.charging.names import FactNames
from central.county.catalogue.pages.values import listed, mapping, plain
from protocol.catalogue.documents import Document
from protocol.text import identifier

COMPOSITE, OTHER, TIMES = "composite", "other", "times"
KINDS = {
    "fixed": "固定金额",
    "lookup": "按情况查表",
    "per_unit": "按数量",
    "graduated": "分档累进（每档各按各的价）",
    "slab": "分档全额（整个数量按落入的档）",
    "rate": "按比例",
    "formula": "按公式",
    "late_fee": "滞纳金",
    COMPOSITE: "几部分相加",
    OTHER: "其他（只能按 JSON 改）",
}
CONTROLS: Mapping[str, tuple[str, ...]] = {
    "fixed": ("amount",),
    "lookup": ("by", "amounts"),
    "per_unit": ("quantity", "unit", "price", "by", "amounts", "free"),
    "graduated": ("quantity", "unit", "tiers", "every", "rise"),
    "slab": ("quantity", "unit", "tiers"),
    "rate": ("base", "percent"),
    "formula": ("expression",),
    "late_fee": ("principal", "days", "percent_a_day", "most"),
    COMPOSITE: (),
    OTHER: ("json",),
}
"""What each kind needs."""
ABOVE = "以上"
_FACTS = ("by", "quantity", "base", "principal", "days")
_COLON = re.compile(r"\s*[：:]\s*")
_YUAN = "元"


def columns_of(form: object, names: FactNames) -> dict[str, Any]:
    """A form as its controls show it."""
    if isinstance(form, dict) and form.get("kind") in CONTROLS:
        columns = _columns(form, names)
        if form_of(columns, names) == form:
            return columns
    return {"kind": OTHER, "json": form} if form is not None else {}


def form_of(columns: Document, names: FactNames) -> Any:  # noqa: ANN401 - JSON may be anything
    """The form that the controls say; what is missing is for the checks to name."""
    kind = plain(columns.get("kind"))
    if kind not in CONTROLS or kind == OTHER:
        return columns.get("json")
    used = {key: columns[key] for key in CONTROLS[kind] if columns.get(key)}
    made: dict[str, Any] = {"kind": kind}
    for key, value in used.items():
        read = _READ.get(key)
        made[key] = read(value, names) if read else value
    if kind == "per_unit" and "by" in made:
        table = {key: made.pop(key) for key in ("by", "amounts") if key in made}
        made["price"] = made.get("price") or table
    last = {key: made.pop(key) for key in ("every", "rise") if key in made}
    if last and made.get("tiers"):
        made["tiers"][-1] |= last
    return made


def table_of(lines: object) -> dict[str, str]:
    """A table of what each choice costs, of lines: ``丢失补领：40``."""
    return {name: amount_of(amount) for name, amount in _parted(lines)}


def lines_of(table: object) -> list[str]:
    """The same as lines."""
    return [f"{name}：{plain(amount)}" for name, amount in _items(table)]


def amount_of(text: str) -> str:
    """A number as files write it; what is none stays, for the checks to name."""
    said = text.strip()
    return identifier(said.removesuffix(_YUAN)).replace(",", "") if said else said


def _columns(form: Document, names: FactNames) -> dict[str, Any]:
    columns = {"kind": form["kind"]} | {
        key: form[key] for key in CONTROLS[form["kind"]] if key in form
    }
    price = form.get("price")
    if isinstance(price, dict):
        columns |= {"by": price.get("by"), "amounts": price.get("amounts")}
        columns.pop("price")
    tiers = [one for one in listed(form, "tiers") if isinstance(one, dict)]
    if tiers:
        columns |= {key: tiers[-1][key] for key in ("every", "rise") if key in tiers[-1]}
        columns["tiers"] = [_tier_line(one) for one in tiers]
    if "amounts" in columns:
        columns["amounts"] = lines_of(columns["amounts"])
    if "expression" in columns:
        columns["expression"] = names.shown_in(plain(columns["expression"]))
    return columns | {key: names.shown(plain(columns[key])) for key in _FACTS if key in columns}


def _tier_line(tier: Document) -> str:
    return f"{plain(tier.get('upto')) or ABOVE}：{plain(tier.get('price'))}"


def _tiers(lines: object, _: FactNames) -> list[dict[str, str]]:
    return [
        ({} if upto == ABOVE else {"upto": amount_of(upto)}) | {"price": amount_of(price)}
        for upto, price in _parted(lines)
    ]


def _parted(lines: object) -> Iterator[tuple[str, str]]:
    """The two sides of each line, parted by its last colon."""
    for line in lines if isinstance(lines, list) else ():
        parts = _COLON.split(plain(line).strip())
        yield "：".join(parts[:-1]) if len(parts) > 1 else parts[0], parts[-1] if parts[1:] else ""


def _items(table: object) -> Sequence[tuple[str, Any]]:
    return list(table.items()) if isinstance(table, dict) else []


def _fact(value: object, names: FactNames) -> str:
    return names.read(plain(value))


def _amount(value: object, _: FactNames) -> object:
    return amount_of(value) if isinstance(value, str) else value


_READ: Mapping[str, Callable[[Any, FactNames], Any]] = {
    **dict.fromkeys(_FACTS, _fact),
    **dict.fromkeys(("amount", "price", "free", "every", "rise", "percent"), _amount),
    **dict.fromkeys(("percent_a_day", "most"), _amount),
    "amounts": lambda value, _: table_of(value),
    "tiers": _tiers,
    "expression": lambda value, names: names.read_in(plain(value)),
}


def zone_of(form: object) -> tuple[Document, object]:
    """A form that another one multiplies: the table of factors, and the form inside."""
    if isinstance(form, dict) and form.get("kind") == TIMES and form.keys() == _OF_TIMES:
        return mapping({"form": form}, "form"), form["of"]
    return {}, form


_OF_TIMES = {"kind", "by", "factors", "of"}
