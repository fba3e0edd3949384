"""From the texts of a form to what is said."""

from collections.abc import Callable, Mapping
from datetime import date

from protocol.records.followups import (
    Letter,
    LetterKind,
    Objection,
    PosterState,
    Posting,
    Said,
    Subject,
    Visit,
)
from protocol.text import identifier, person_name
from station_agent.desk.writing.fields import DAY

Texts = Mapping[str, str]

SUBJECTS: Mapping[str, Callable[[Texts], Subject]] = {
    "placed": lambda said: Posting(what=PosterState.PLACED, place=said["place"]),
    "taken-down": lambda said: Posting(what=PosterState.TAKEN_DOWN, place=said["place"]),
    "objection": lambda said: Objection(
        words=said["words"],
        by=person_name(said.get("by", "")),
        phone=identifier(said.get("phone", "")),
    ),
    "visit": lambda said: Visit(
        visitors=(person_name(said["visitor.1"]), person_name(said["visitor.2"])),
        words=said["words"],
    ),
    "letter": lambda said: Letter(
        kind=LetterKind(said["kind"]),
        words=said["words"],
        by=person_name(said.get("by", "")),
        phone=identifier(said.get("phone", "")),
    ),
}
"""By the name of the form, whose texts have no fault."""


def said_of(what: str, texts: Texts, *, clerk: str, today: date | None) -> Said:
    """What is said; the day stands in it where it was another than today, or today is not known."""
    day = identifier(texts.get(DAY, ""))
    is_today = bool(today) and day == str(today)
    return Said(subject=SUBJECTS[what](texts), clerk=clerk, day="" if is_today else day)
