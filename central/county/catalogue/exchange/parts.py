"""The lists of a catalogue file, taken apart into records of one row each, and put together again.

Taking apart gives None for what would not come back as it was: that stays whole, in the last column
of the row to which it belongs.

Source: docs/catalogue-tables.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from protocol.catalogue.forms.reading import canonical_json

Part = dict[str, Any]
AT_ID, AT_REQUIRED, AT_GROUP, AT_REST = "@id", "@required", "@group", "@rest"
TEXT = "text"
_OF_GROUP = frozenset({"group", "name", "attach", "when"})


@dataclass(frozen=True, slots=True)
class Way:
    """How one list comes apart and together."""

    apart: Callable[[Any], list[Part]]
    together: Callable[[Sequence[Part]], Any]

    def rows(self, value: object) -> list[Part] | None:
        """The records, or None if they would not come together to ``value`` again."""
        try:
            parts = self.apart(value)
        except (TypeError, LookupError, AttributeError, ValueError):
            return None
        return parts if parts and same(self.together(parts), value) else None


def same(one: object, other: object) -> bool:
    """Whether two JSON values are the same; of the order of keys only that of fields counts."""
    return canonical_json(one) == canonical_json(other)


def _records(value: Any) -> list[Part]:  # noqa: ANN401 - JSON
    return [dict(one) for one in value]


def _as_listed(parts: Sequence[Part]) -> list[Part]:
    return list(parts)


def _texts(value: Any) -> list[Part]:  # noqa: ANN401 - JSON
    if not isinstance(value, list):
        raise TypeError
    return [{TEXT: one} for one in value]


def _together_texts(parts: Sequence[Part]) -> list[object]:
    return [one.get(TEXT, "") for one in parts]


def _papers(value: Any) -> list[Part]:  # noqa: ANN401 - JSON
    parts: list[Part] = []
    for one in value:
        if "one_of" not in one:
            parts.append(dict(one))
            continue
        group = {key: one[key] for key in one if key in _OF_GROUP}
        rest = {key: one[key] for key in one if key not in _OF_GROUP | {"one_of"}}
        head = {**group, **({AT_REST: rest} if rest else {})}
        members = [{AT_GROUP: {"group": group["group"]}, **member} for member in one["one_of"]]
        members[0][AT_GROUP] = head
        parts += members
    return parts


def _together_papers(parts: Sequence[Part]) -> list[Part]:
    papers: list[Part] = []
    groups: dict[str, Part] = {}
    for part in parts:
        member = {key: value for key, value in part.items() if key != AT_GROUP}
        head = dict(part.get(AT_GROUP, {}))
        name = head.get("group")
        if name is None:
            papers.append({**head, **member})
            continue
        if name not in groups:
            groups[name] = {}
            papers.append(groups[name])
        group = groups[name]
        group |= {**head.pop(AT_REST, {}), **head}
        group.setdefault("one_of", []).append(member)
    return papers


LISTS: Mapping[str, Way] = {
    "conditions": Way(_texts, _together_texts),
    "materials": Way(_papers, _together_papers),
}
PLAIN = Way(_records, _as_listed)


def fields_apart(schema: Part) -> tuple[Part, list[Part]]:
    """A form without its fields, and a record for each field."""
    form = dict(schema)
    fields = form.get("properties")
    if not isinstance(fields, dict) or not fields or not _are_records(fields.values()):
        return form, []
    parts = [{AT_ID: name, **field} for name, field in fields.items()]
    required = form.get("required")
    listed = [name for name in fields if isinstance(required, list) and name in required]
    if listed and listed == required:
        del form["required"]
        for part in parts:
            if part[AT_ID] in listed:
                part[AT_REQUIRED] = True
    del form["properties"]
    if not same(fields_together(form, parts), schema):
        return dict(schema), []
    return form, parts


def fields_together(form: Part, parts: Sequence[Part]) -> Part:
    """The form of these fields, its keys in the order of the alphabet but for the fields."""
    whole = dict(form)
    if parts:
        whole["properties"] = {
            part.get(AT_ID, ""): {k: v for k, v in part.items() if k not in (AT_ID, AT_REQUIRED)}
            for part in parts
        }
    if required := [part.get(AT_ID, "") for part in parts if part.get(AT_REQUIRED)]:
        whole["required"] = required
    return whole


def _are_records(values: Any) -> bool:  # noqa: ANN401 - JSON
    return all(isinstance(one, dict) and AT_ID not in one for one in values)
