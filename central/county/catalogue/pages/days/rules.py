"""Market days of a township, as rows of a page: a kind, and what that kind needs.

Source: docs/calendars.md, "Market days".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from central.county.catalogue.pages.editing.inputs import Input, Part, Rows, Way
from central.county.catalogue.pages.views.words import WEEKDAYS
from protocol.catalogue.calendars.dates import read_date
from protocol.catalogue.calendars.market import BRANCHES, Market, read_market
from protocol.catalogue.documents import Document
from protocol.catalogue.fields import faults_of
from protocol.catalogue.findings import Finding, Level
from protocol.errors import CatalogueError

MOST_RULES = 5
KINDS = {
    "lunar-tail": "农历逢几",
    "solar-tail": "公历逢几",
    "week": "每周几",
    "lunar-1": "农历单日",
    "lunar-0": "农历双日",
    "solar-1": "公历单日",
    "solar-0": "公历双日",
    "branch": "地支日（赶辰、赶戌）",
    "cycle": "每几天一圩",
    "daily": "天天",
    "dates": "按公布的日期",
}
LABELS = {
    "rules": "圩日规律",
    "kind": "哪一种",
    "tail": "逢",
    "short": "农历小月没有三十",
    "days": "周几",
    "in": "哪些地支",
    "n": "每几天",
    "anchor": "其中一个圩日",
    "dates": "公布的日期（不填：未知）",
}
SHORT = {"drop": "那个月少一圩", "last_day": "改在廿九"}
_TAILS = dict(zip(map(str, range(1, 11)), "一二三四五六七八九十", strict=True))
_WEEK = {str(n): name for n, name in enumerate(WEEKDAYS, 1)}

MARKET_PARTS: tuple[Part, ...] = (
    Part(
        key="rules",
        title=LABELS["rules"],
        rows=Rows(
            key="rules",
            titles=("title", "kind"),
            ordered=False,
            columns=(
                Input(path=("kind",), label=LABELS["kind"], way=Way.CHOICE, choices=KINDS),
                Input(path=("tail",), label=LABELS["tail"], way=Way.MANY, choices=_TAILS),
                Input(path=("short",), label=LABELS["short"], way=Way.CHOICE, choices=SHORT),
                Input(path=("days",), label=LABELS["days"], way=Way.MANY, choices=_WEEK),
                Input(
                    path=("in",),
                    label=LABELS["in"],
                    way=Way.MANY,
                    choices={one: one for one in BRANCHES},
                ),
                Input(path=("n",), label=LABELS["n"], way=Way.NUMBER),
                Input(path=("anchor",), label=LABELS["anchor"], way=Way.DATE),
                Input(path=("dates",), label=LABELS["dates"], way=Way.LINES),
            ),
        ),
    ),
)
"""The whole page."""


def rows_of(rules: Sequence[Document]) -> dict[str, Any]:
    """Rules as rows; each keeps the rule that it came from."""
    return {"rules": [{**_row(rule), "title": _words(rule), "rule": rule} for rule in rules]}


def _words(rule: Document) -> str:
    try:
        return read_market(rule, "").words
    except CatalogueError:
        return ""


def _row(rule: Document) -> dict[str, Any]:
    cal = rule.get("cal")
    if cal in ("lunar", "solar"):
        if "parity" in rule:
            return {"kind": f"{cal}-{rule['parity']}"}
        row = {"kind": f"{cal}-tail", "tail": [str(n % 10 or 10) for n in rule.get("tail", ())]}
        return row | ({"short": rule["short_month"]} if "short_month" in rule else {})
    row = {"kind": str(cal), **{key: one for key, one in rule.items() if key != "cal"}}
    if cal == "week":
        row["days"] = [str(n) for n in rule.get("days", ())]
    if cal == "branch":
        row["in"] = list(str(rule.get("in", "")))
    return row


def _rule(row: Document) -> dict[str, Any]:
    """The rule that a row says; what is missing is for the reading of rules to name."""
    kind = str(row.get("kind") or "")
    cal, _, more = kind.partition("-")
    make = _MAKING.get(cal)
    return {"cal": cal, **(make(row, more) if make else {})}


def _by_the_moon(row: Document, more: str) -> dict[str, Any]:
    found = _by_the_sun(row, more)
    return found | ({"short_month": row["short"]} if row.get("short") and more == "tail" else {})


def _by_the_sun(row: Document, more: str) -> dict[str, Any]:
    if more == "tail":
        return {"tail": [int(one) for one in row.get("tail") or () if one in _TAILS]}
    return {"parity": int(more)} if more in ("0", "1") else {}


def _dates(row: Document) -> list[str]:
    """Each as the file writes it; what is none stays, to be named."""
    found = []
    for one in row.get("dates") or ():
        try:
            found.append(read_date(str(one)).isoformat())
        except ValueError:
            found.append(str(one))
    return found


def _anchor(row: Document) -> str:
    try:
        return read_date(str(row.get("anchor") or "")).isoformat()
    except ValueError:
        return str(row.get("anchor") or "")


_MAKING: Mapping[str, Callable[[Document, str], dict[str, Any]]] = {
    "lunar": _by_the_moon,
    "solar": _by_the_sun,
    "week": lambda row, _: {"days": [int(one) for one in row.get("days") or () if one in _WEEK]},
    "daily": lambda _row, _more: {},
    "branch": lambda row, _: {
        "in": "".join(one for one in BRANCHES if one in (row.get("in") or ()))
    },
    "cycle": lambda row, _: {"n": row.get("n"), "anchor": _anchor(row)},
    "dates": lambda row, _: {"dates": _dates(row)},
}


@dataclass(slots=True)
class Rules:
    """Rules as they were typed, and what is wrong with them."""

    raw: list[dict[str, Any]] = field(default_factory=list)
    markets: list[Market] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def read(cls, typed: Document) -> "Rules":
        """What the rows come to; a row that says what it said keeps its rule as it was."""
        found = cls()
        for number, row in enumerate(typed.get("rules") or ()):
            before = row.get("rule")
            plain = {key: one for key, one in row.items() if key not in ("rule", "title")}
            same = isinstance(before, dict) and _row(before) == plain
            found.take(before if same else _rule(row), f"rules[{number}]")
        if len(found.raw) > MOST_RULES:
            found.fault("rules", f"最多 {MOST_RULES} 条，现有 {len(found.raw)} 条", "删去多余的")
        return found

    def take(self, rule: dict[str, Any], place: str) -> None:
        """Add one rule."""
        self.raw.append(rule)
        if not rule.get("cal"):
            self.fault(f"{place}.kind", "没有选是哪一种规律", "选一种，或删除这一条")
            return
        try:
            self.markets.append(read_market(rule, place))
        except CatalogueError as exc:
            for at, reason in faults_of(exc, place):
                self.fault(at, reason)

    def fault(self, place: str, reason: str, todo: str = "") -> None:
        """Note what is wrong."""
        self.findings.append(
            Finding(
                code="item.markets",
                level=Level.ERROR,
                item="",
                place=place,
                reason=reason,
                todo=todo,
            )
        )


WORDS = (*LABELS.values(), *KINDS.values(), *SHORT.values())
"""What is translated beside the templates."""
