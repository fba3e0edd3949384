"""Words for the places of a catalogue and short ones for values, in Chinese or in English.

Source: docs/glossary.md; docs/catalogue.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol.catalogue.calendars.due import Unit, read_limit
from protocol.catalogue.changes.choices import OF_FORMS, OF_ITEMS
from protocol.catalogue.changes.fragments import is_condition, said_condition
from protocol.catalogue.changes.places import NOTHING
from protocol.catalogue.changes.terms import OF_FORMS as TERMS_OF_FORMS
from protocol.catalogue.changes.terms import TERMS, Both, Language, in_language

_MAX_CHARS = 200  # of a value that is shown
_BEFORE = 40  # of them before what differs
_ENTRIES: Mapping[str, Both] = {
    "@about": ("目录说明", "about the catalogue"),
    "@calendar": ("工作日历", "working days"),
    "@markets": ("圩日", "market days"),
    "@find": ("检索词", "search words"),
    "@gone": ("已撤下的事项", "withdrawn items"),
}
_STARTS: Mapping[str, Both] = {
    "@m.": ("材料库", "library of materials:"),
    "@local.": ("乡镇变动", "narrowed by"),
    "@doc.": ("文书模板", "template of document"),
}
_FORM = "schema"
_LIMITS = frozenset(("limit", "legal", "promised", "window"))
_IDS = frozenset(  # keys under which ids of fields and materials stand
    ("attached", "each", "evidence", "fields", "from", "on", "order", "required", "use")
)
_UNITS: Mapping[Unit, Both] = {
    Unit.WORKING_DAYS: ("个工作日", " working days"),
    Unit.DAYS: ("日", " days"),
    Unit.HOURS: ("小时", " hours"),
}
_FLAGS: Mapping[bool, Both] = {True: ("是", "yes"), False: ("否", "no")}
_NULL = ("（空）", "(empty)")
_COLON, _COMMA, _SEMICOLON = ("：", ": "), ("，", ", "), ("；", "; ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words for one reader.

    ``names`` has what fields and materials are called, by their ids.
    """

    language: Language = "zh"
    names: Mapping[str, str] = field(default_factory=dict)

    def key(self, key: str, *, of_form: bool = False) -> str:
        """What people call a key; what is none of ours by its name, or as it stands."""
        terms = {**TERMS, **TERMS_OF_FORMS} if of_form else TERMS
        return self._of(terms[key]) if key in terms else self.names.get(key, key)

    def place(self, shown: tuple[str, ...]) -> str:
        """A place: ``材料 · 居民身份证 · 复印件份数``."""
        of_form = shown[:1] == (_FORM,)
        return " · ".join(self.key(part, of_form=of_form) for part in shown)

    def entry(self, key: str) -> str:
        """What people call an entry of a release that is no item."""
        for start, words in _STARTS.items():
            if key.startswith(start):
                return f"{self._of(words)} {key.removeprefix(start)}"
        return self._of(_ENTRIES[key]) if key in _ENTRIES else key

    def value(self, value: object, path: tuple[str, ...] = ()) -> str:
        """A value at a place as people read it; empty: there is none."""
        return self._shortened(self._whole(value, path))

    def pair(self, old: object, new: object, path: tuple[str, ...]) -> tuple[str, str]:
        """The old and the new value at a place; where they are cut, what differs is still seen."""
        one, other = self._whole(old, path), self._whole(new, path)
        differ = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
        same = next(differ, min(len(one), len(other)))
        return self._shortened(one, same), self._shortened(other, same)

    def _whole(self, value: object, path: tuple[str, ...]) -> str:
        if value is NOTHING:
            return ""
        if value is None:
            return self._of(_NULL)
        if isinstance(value, bool):
            return self._of(_FLAGS[value])
        if isinstance(value, dict):
            return self._object(value, path)
        if isinstance(value, list):
            return self._of(_SEMICOLON).join(self._each(value, path))
        return self._text(str(value), path)

    def _object(self, value: Mapping[str, object], path: tuple[str, ...]) -> str:
        if is_condition(path[-1:], value):
            return said_condition(value, self.names, self.language)
        colon, comma = self._of(_COLON), self._of(_COMMA)
        are_fields, of_form = path[-1:] == ("properties",), path[:1] == (_FORM,)
        return comma.join(
            f"{self.names.get(key, key) if are_fields else self.key(key, of_form=of_form)}{colon}"
            f"{self._whole(one, (*path, key))}"
            for key, one in value.items()
        )

    def _each(self, values: list[object], path: tuple[str, ...]) -> list[str]:
        return [self._whole(one, path) for one in values]

    def _text(self, text: str, path: tuple[str, ...]) -> str:
        key = path[-1] if path else ""
        choices = (OF_FORMS if _FORM in path[:1] else OF_ITEMS).get(key, {})
        if text in choices:
            return self._of(choices[text])
        if key in _LIMITS and (limit := _limit_words(text, self.language)):
            return limit
        return self.names.get(text, text) if key in _IDS else text

    def _shortened(self, text: str, same: int = 0) -> str:
        """Cut where it is too long; what comes after ``same`` characters is to be seen."""
        if len(text) <= _MAX_CHARS:
            return text
        start = 0 if same < _MAX_CHARS - _BEFORE else same - _BEFORE
        begins, ends = "…" if start else "", "…" if start + _MAX_CHARS < len(text) else ""
        count = (f"（共 {len(text)} 字）", f" ({len(text)} characters)")
        return f"{begins}{text[start : start + _MAX_CHARS]}{ends}{self._of(count)}"

    def _of(self, both: Both) -> str:
        return in_language(both, self.language)


def _limit_words(text: str, language: Language) -> str:
    try:
        limit = read_limit(text)
    except ValueError:
        return ""
    unit = in_language(_UNITS[limit.unit], language)
    return f"{limit.count}{unit.removesuffix('s') if limit.count == 1 else unit}"
