"""Forms that satisfy an item's schema, and records made of them."""

import json
import re
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal, TypeAlias

from examples.synthetic.people import Person, make_person, make_relative
from examples.synthetic.remarks import write_remarks
from protocol.catalogue.forms.schema import FormSchema

Json: TypeAlias = dict[str, Any]

LARGE_BYTES = (1850, 2250)  # what size="large" aims at; a paper form fully written out
WIDE = 10_000  # a range of integers above this is taken for money or a herd, not for a size
_DIGITS = re.compile(r"\^\[0-9\]\{(\d+)\}\$")


def make_form(item: Json, person: Person, rng: Random, *, full: bool = False) -> Json:
    """Return a form for ``person`` that is valid under ``item["schema"]``.

    Fields the schema leaves open are filled every second time, or always if ``full``.
    """
    filler = _Filler(person=person, rng=rng, full=full)
    return filler.obey(FormSchema(item["schema"]), filler.fill_object(item["schema"]))


def make_record(rng: Random, catalogue: Json, *, size: Literal["small", "large"] = "small") -> Json:
    """Return ``{"item": id, "form": form}`` for a new person and some item of ``catalogue``.

    "small" takes any item; "large" one with tables of household and income, all of it filled
    and with remarks, so that :func:`minified` gives about 2 KB.
    """
    large = size == "large"
    items = [item for item in catalogue["items"] if not large or _has_tables(item)]
    item = rng.choice(items)
    form = make_form(item, make_person(rng), rng, full=large)
    record = {"item": item["id"], "form": form}
    if large:
        form["remarks"] = ""
        missing_bytes = rng.randint(*LARGE_BYTES) - len(minified(record))
        form["remarks"] = write_remarks(rng, min_bytes=missing_bytes)
    return record


def minified(value: Json) -> bytes:
    """Return ``value`` as JSON in UTF-8 without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _has_tables(item: Json) -> bool:
    return {"household", "incomes"}.issubset(item["schema"]["properties"])


@dataclass(slots=True, kw_only=True)
class _Filler:
    """Fills the fields of one form, or of one row of a table in it."""

    person: Person
    rng: Random
    full: bool
    cast: dict[str, Person] = field(default_factory=dict)  # "child" -> who that is

    def fill_object(self, schema: Json) -> Json:
        return {
            name: self.fill(name, part)
            for name, part in schema["properties"].items()
            if name in schema["required"] or self.full or self.toss()
        }

    def obey(self, schema: FormSchema, form: Json) -> Json:
        """Fill what the rules require, and leave empty what they forbid."""
        form |= {
            name: self.fill(name, schema.document["properties"][name])
            for name in schema.rules.required(form)
            if name not in form
        }
        shut = schema.rules.forbidden(form)
        return {name: value for name, value in form.items() if name not in shut}

    def fill(self, name: str, schema: Json) -> object:
        match schema:
            case {"enum": choices} | {"examples": choices}:
                return self.rng.choice(choices)
            case {"type": "array", "items": row}:
                return self.fill_rows(schema, row)
            case {"type": "boolean"}:
                return self.toss()
            case {"type": "integer"}:
                return self.fill_integer(schema)
            case _:
                return self.fill_string(name, schema)

    def fill_rows(self, schema: Json, row: Json) -> list[Json]:
        count = self.rng.randint(max(2, schema.get("minItems", 0)), min(4, schema["maxItems"]))
        row_filler = (
            _Filler(person=self.person, rng=self.rng, full=self.full) for _ in range(count)
        )
        return [filler.fill_object(row) for filler in row_filler]

    def fill_integer(self, schema: Json) -> int:
        """Return a number in range; in a wide one mostly small, as sums of money are."""
        low, high, step = schema["minimum"], schema["maximum"], schema.get("multipleOf", 1)
        if high - low <= WIDE:
            return int(self.rng.randrange(low, high + 1, step))
        amount = max(low, round(high ** self.rng.uniform(0.5, 0.9)))
        return int(amount // step * step)

    def fill_string(self, name: str, schema: Json) -> str:
        match schema:
            case {"format": "cn-resident-id"}:
                return self.who(name).resident_id
            case {"format": "cn-mobile"}:
                return self.who(name).mobile
            case {"format": "date"}:
                return f"{self.month()}-{self.rng.randint(1, 28):02}"
            case {"pattern": pattern} if digits := _DIGITS.fullmatch(pattern):
                return "99" + "".join(self.rng.choices("0123456789", k=int(digits[1]) - 2))
            case _:
                return self.fill_known(name)

    def fill_known(self, name: str) -> str:
        """Fill the few strings that only their name explains; the rest are names of people."""
        match name:
            case "address":
                return self.person.address
            case "bank_account":
                return self.person.bank_card
            case "remarks":
                return write_remarks(self.rng, min_bytes=self.rng.randint(60, 300))
            case "certificate_number":
                return f"{self.person.resident_id}{self.rng.randint(1, 7)}{self.rng.randint(1, 4)}"
            case "area_mu":
                return f"{self.rng.randint(0, 30)}.{self.rng.randint(1, 99):02}"
            case _:
                return self.month() if name.endswith("_month") else self.who(name).name

    def toss(self) -> bool:
        return self.rng.getrandbits(1) == 1

    def month(self) -> str:
        return f"{self.rng.randint(2020, 2025)}-{self.rng.randint(1, 12):02}"

    def who(self, name: str) -> Person:
        """Return the person behind a field: ``child_name`` and ``child_id`` mean the same one."""
        role = name.rpartition("_")[0]
        if role in {"", "applicant"}:  # plain `phone` is the applicant's
            return self.person
        if role not in self.cast:
            self.cast[role] = make_relative(self.rng, self.person)
        return self.cast[role]
