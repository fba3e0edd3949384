"""Rules of fees as a catalogue file has them, refused as a file with them is."""

from protocol.catalogue.fees.rule import FeeRule, read_rules
from protocol.catalogue.fees.sheet import example_faults
from protocol.errors import CatalogueError


def checked_rules(raw: object, place: str) -> tuple[FeeRule, ...]:
    """The rules; raises CatalogueError for the first fault, or example with another total."""
    rules = read_rules(raw, place)
    for where, words in example_faults(rules, place):
        raise CatalogueError(f"{where}: {words}")
    return rules
