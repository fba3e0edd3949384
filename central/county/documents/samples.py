"""Facts of a made-up case, for whoever looks at what a template makes."""

import re
from datetime import date

from central.county.documents.drawing.facts import NAMES, DocumentFacts
from protocol.catalogue.templates.kinds import SLOTS

_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


def sample_facts() -> DocumentFacts:
    """Every fact that a template may name."""
    given = {
        slot: list(one.sample) if isinstance(one.sample, tuple) else _written(one.sample)
        for slot, one in SLOTS.items()
        if slot in NAMES
    }
    return DocumentFacts(department="", short_name="", day=date.min).with_given(given)


def _written(sample: str) -> str:
    """A day as facts are given, anything else as it is."""
    found = _DAY.fullmatch(sample)
    return date(*map(int, found.groups())).isoformat() if found else sample
