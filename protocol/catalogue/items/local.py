"""What a township narrows of what the county offers, and how its government signs.

Source: docs/catalogue.md, "Townships".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Annotated

from protocol.catalogue.items.bounds import MAX_LINE_CHARS, MAX_NAME_CHARS
from protocol.catalogue.items.records import Record, read_record
from protocol.catalogue.items.rules import WRONG, Place, Text, Wrong

_COUNTY_ALONE = {"materials": "材料", "fee_rules": "收费", "schema": "表单", "limits": "时限"}
_WHOLE = {"items", "government"}  # what is not said of every item
_Name = Annotated[str, Text(MAX_NAME_CHARS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Government(Record):
    """How a township's government signs what it decides in its own name; empty: as usual."""

    name: _Name = ""  # in full: 水口镇人民政府
    short: _Name = ""  # in numbers of documents: 龙水政
    review: _Name = ""  # where to ask for a reconsideration (行政复议机关)
    court: _Name = ""  # where to sue


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed(Record):
    """What holds at one place, of every item or of one; what is empty is as the county says."""

    place: Annotated[str, Text(MAX_LINE_CHARS)] = ""
    time: Annotated[str, Text(MAX_LINE_CHARS)] = ""  # office hours
    contact: Annotated[str, Text(MAX_LINE_CHARS)] = ""
    market_day: bool = False  # on market days only

    def __or__(self, other: "Narrowed") -> "Narrowed":
        """The same, but where ``other`` says something."""
        found = {one.name: getattr(other, one.name) for one in fields(other)}
        mine = {one.name: getattr(self, one.name) for one in fields(self)}
        return Narrowed(**(mine | {key: value for key, value in found.items() if value}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """What one township narrows."""

    every: Narrowed
    items: Mapping[str, Narrowed]  # by code
    government: Government = Government()

    def of(self, code: str) -> Narrowed:
        """What holds of one item: its own words come before those for every item."""
        return self.every | self.items.get(code, Narrowed())


def read_local(raw: object, place: Place, items: Collection[str] | None = None) -> Local | Wrong:
    """What a township's entry says; WRONG after its faults were noted.

    Args:
        items: the codes of all items; None: they are not at hand.
    """
    if not isinstance(raw, dict):
        return place.fault("object", "应是一组栏目：{ … }")
    inner, at = raw.get("items", {}), place.key("items")
    if not isinstance(inner, dict):
        return at.fault("object", "应是一组事项，每个以编号为键")
    for code in sorted(inner.keys() - items) if items is not None else ():
        at.key(code).doubt("local-item", "目录里没有这个事项", "改正事项编号，或删去")
    government = read_record(Government, raw.get("government", {}), place.key("government"))
    every = _narrowed({key: raw[key] for key in raw if key not in _WHOLE}, place)
    read = {code: _narrowed(one, at.key(code)) for code, one in inner.items()}
    whole = {code: one for code, one in read.items() if one is not WRONG}
    if every is WRONG or government is WRONG or len(whole) < len(read):
        return WRONG
    return Local(every=every, items=whole, government=government)


def _narrowed(raw: object, place: Place) -> Narrowed | Wrong:
    """What only the county may say is refused by its name."""
    if not isinstance(raw, dict):
        return read_record(Narrowed, raw, place)
    wider = sorted(raw.keys() & _COUNTY_ALONE.keys())
    for key in wider:
        words = f"乡镇不能更改{_COUNTY_ALONE[key]}，只能写明地点、时间、联系方式、是否只在圩日办理"
        place.key(key).fault("local-wider", words, "删除，由县统一规定")
    rest = {key: value for key, value in raw.items() if key not in wider}
    found = read_record(Narrowed, rest, place)
    return WRONG if wider else found
