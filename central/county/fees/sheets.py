"""The sheet of a case: computed from its form by the rules of its item, and frozen. Pure.

Source: docs/fees.md, "At the county".
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from central.county.casework.about import CaseAbout
from central.county.fees.entries import frozen
from central.county.fees.models import EntryRow
from protocol.catalogue.fees.sheet import compute_fee
from protocol.catalogue.fees.told import FeeSheet
from protocol.catalogue.items.model import Item
from protocol.errors import FeeFactsError, FeeUnknownError, ItemUnknownError
from protocol.errors.answers import CaseErasedError
from protocol.trust.schedule import local_time

_RELIEF = "减免："  # as a step of a sheet begins


def frozen_sheet(
    about: CaseAbout,
    sheet: FeeSheet,
    evidence: Sequence[str],
    instead_of: EntryRow | None = None,
) -> str:
    """The object of a notice or relief.

    Args:
        evidence: ids of the materials that count.
        instead_of: the sheet whose place it takes.
    """
    return frozen(
        {
            "case": about.number,
            "item": about.code,
            "release": about.release,
            "day": day_of(about).isoformat(),
            "evidence": list(evidence),
            "ground": "；".join(
                one.words.removeprefix(_RELIEF)
                for one in sheet.steps
                if one.words.startswith(_RELIEF)
            ),
            "sheet": sheet,
            "instead_of_sha256": instead_of.sha256.hex() if instead_of else "",
        }
    )


def document_facts(sheet: FeeSheet) -> dict[str, Any]:
    """What the payment notice says of money, by the names of its template."""
    return {
        "机关": sheet.collector,
        "依据": sheet.basis,
        "缴费清单": [f"{one.words}：{one.yuan} 元" for one in sheet.steps],
        "金额": f"{sheet.total} 元",
    }


def item_of(about: CaseAbout) -> Item:
    """The item as the case names it. Raises CaseErasedError, ItemUnknownError, FeeUnknownError."""
    if about.erased:
        raise CaseErasedError(about.number)
    if about.item is None:
        raise ItemUnknownError(repr(about.code[:60]))
    if not about.item.fee_rules:
        raise FeeUnknownError(about.item.name)
    return about.item


def day_of(about: CaseAbout) -> date:
    """By whose rules it is: the day on which the county received it."""
    return local_time(about.received_ms).date()


def computed(item: Item, facts: Mapping[str, Any], evidence: Sequence[str], day: date) -> FeeSheet:
    """The sheet of these facts. Raises FeeUnknownError, FeeFactsError."""
    return compute_fee(item.fee_rules, {**facts, "evidence": list(evidence)}, day)


def joined(
    said: Mapping[str, Any], given: Mapping[str, Any], asked: frozenset[str]
) -> dict[str, Any]:
    """What the form says, and what somebody adds; raises FeeFactsError.

    Nobody says otherwise than the form.
    """
    for name in given:
        if name in said:
            raise FeeFactsError(f"{name[:40]}：表单已填写，不能另填")
        if name not in asked:
            raise FeeFactsError(f"{name[:40]}：收费规则不看这一项")
    return {**said, **given}
