"""Whom an application names by an identity number, as far as its form tells. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms.identifiers import is_resident_id
from protocol.catalogue.forms.kinds import RESIDENT_ID
from protocol.records.taken_in import TakenIn
from protocol.text import identifier

_ID_CHARS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Identity numbers that one application names."""

    applicant: str = field(default="", repr=False)  # empty: the form does not tell
    others: frozenset[str] = field(default=frozenset(), repr=False)


def people_of(schema: Schema, form: FormData, taken: TakenIn | None) -> People:
    """The applicant is the first number that the item's form asks for."""
    applicant = _number(resident_id(schema, form))
    agent = _number(taken.agent.identity) if taken and taken.agent else ""
    every = dict.fromkeys(one for one in (*_numbers(form), agent) if one)
    return People(applicant=applicant, others=frozenset(every.keys() - {applicant}))


def resident_id(schema: Schema, form: FormData) -> str:
    """The first identity number that the form asks for, as it was typed; empty if it has none."""
    fields = schema.get("properties", {})
    keys = (key for key, rule in fields.items() if rule.get("format") == RESIDENT_ID)
    return next((form[key] for key in keys if isinstance(form.get(key), str)), "")


def _numbers(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _numbers(one)
    elif isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, str):
        yield _number(value)


def _number(text: str) -> str:
    """An identity number as it is compared; empty if it is none."""
    if not _ID_CHARS <= len(text.strip()) <= 2 * _ID_CHARS:
        return ""  # most texts, quickly
    number = identifier(text).replace(" ", "").upper()
    return number if is_resident_id(number) else ""
