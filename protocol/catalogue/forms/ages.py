"""Ages as conditions: full years from a day of birth to a day that the condition names.

That day is a field of the form, or stands in the condition: nobody asks a clock, and station and
county judge a form alike whenever they do. Who is born on 29 February is a year older on 1 March
of other years.

Source: docs/forms.md, "Ages".
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from protocol.catalogue.calendars.dates import written_date
from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms.identifiers import birth_date, is_resident_id
from protocol.catalogue.forms.kinds import DATE, RESIDENT_ID

AGE, ON = "age", "on"
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
MAX_YEARS = 150

_PARTS = ("allOf", "anyOf")


def age_faults(value: object, field: Schema, form: FormData) -> Iterator[tuple[str, str]]:
    """What is wrong with an ``age`` of a condition: the key, empty of the whole, and why.

    Args:
        field: the schema of the field that has the day of birth.
        form: the properties of the form.
    """
    if field.get("format") not in (DATE, RESIDENT_ID):
        yield "", f"年龄从日期（{DATE}）或身份证号（{RESIDENT_ID}）栏目算出"
    if not isinstance(value, Mapping) or not set(value) & set(BOUNDS) or ON not in value:
        yield "", f"应有 {ON}（算到哪一天）和 {'、'.join(BOUNDS)} 中的一项"
        return
    for key, bound in value.items():
        if key == ON:
            yield from ((ON, wrong) for wrong in _day_faults(bound, form))
        elif key not in BOUNDS:
            yield key, f"只能是 {'、'.join((ON, *BOUNDS))}"
        elif type(bound) is not int or not 0 <= bound <= MAX_YEARS:
            yield key, f"应是 0 到 {MAX_YEARS} 的整数（周岁）"


def _day_faults(on: object, form: FormData) -> Iterator[str]:
    named = form.get(on) if isinstance(on, str) else None
    by_field = isinstance(named, Mapping) and named.get("format") == DATE
    if not by_field and fixed_day(on) is None:
        yield "应是表单的一个日期（date）栏目，或写明的一天，如 2026-09-01"


def fixed_day(on: object) -> date | None:
    """The day that a condition names itself; None: it names a field."""
    return _date(on)


def full_years(born: date, day: date) -> int:
    """周岁 on ``day``; below 0 before birth."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def named_age(name: str, on: str) -> str:
    """Under which key the age of a field stands beside it while a condition is asked.

    No field is called so: there is no blank in their names.
    """
    return f"{name} {on}"


def days_in(fragment: object) -> frozenset[str]:
    """The days to which a condition counts ages, as it names them; nothing has to be right."""
    if not isinstance(fragment, Mapping):
        return frozenset()
    properties = fragment.get("properties")
    fields = list(properties.values()) if isinstance(properties, Mapping) else []
    inner = [fragment.get("not"), fragment.get("contains"), *fields]
    for key in _PARTS:
        parts = fragment.get(key)
        inner += parts if isinstance(parts, list) else []
    age = fragment.get(AGE)
    own = age.get(ON) if isinstance(age, Mapping) else None
    return frozenset({own} if isinstance(own, str) else ()).union(*map(days_in, inner))


def with_ages(form: FormData, days: Collection[str]) -> FormData:
    """``form`` with the age of everybody whose day of birth is in it, on each day that is known."""
    known = {on: fixed_day(on) or _date(form.get(on)) for on in days}
    known_days = {on: day for on, day in known.items() if day is not None}
    return _object(form, known_days) if known_days else form


def _object(form: FormData, days: Mapping[str, date]) -> dict[str, Any]:
    made = {key: _aged(value, days) for key, value in form.items()}
    for key, value in form.items():
        if isinstance(value, str) and (born := _born(value)) is not None:
            ages = {named_age(key, on): full_years(born, day) for on, day in days.items()}
            made |= {name: years for name, years in ages.items() if years >= 0}
    return made


def _aged(value: object, days: Mapping[str, date]) -> object:
    if isinstance(value, Mapping):
        return _object(value, days)
    return [_aged(one, days) for one in value] if isinstance(value, list) else value


def _born(text: str) -> date | None:
    return _date(birth_date(text) if is_resident_id(text) else text)


def _date(text: object) -> date | None:
    try:
        return written_date(text)
    except ValueError:
        return None
