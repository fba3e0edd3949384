"""Facts of a case that lacks nothing, as a preview has them."""

from datetime import date
from typing import Any

from central.county.documents.drawing.facts import NAMES, DocumentFacts
from protocol.catalogue.templates.kinds import SLOTS

DAY = date(2026, 11, 30)
_DAYS = {slot for slot in NAMES if "日期" in slot} | {"补正期限", "缴费期限"}


def every_given() -> dict[str, Any]:
    """Each fact that somebody can give, by the name of templates."""
    told: dict[str, Any] = {
        slot: list(one.sample) if isinstance(one.sample, tuple) else one.sample
        for slot, one in SLOTS.items()
        if slot in NAMES
    }
    return told | dict.fromkeys(_DAYS, DAY.isoformat())


def every_fact(**given: Any) -> DocumentFacts:
    plain = DocumentFacts(department="样例县民政局", short_name="样民", day=DAY)
    return plain.with_given(every_given() | given)
