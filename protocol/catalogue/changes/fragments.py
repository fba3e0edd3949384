"""A condition on a form as a sentence, in Chinese or in English.

Source: docs/forms.md, "Conditions".
"""

from collections.abc import Iterable, Iterator, Mapping

from protocol.catalogue.changes.terms import Both, Language, in_language

_COMPARED: Mapping[str, Both] = {
    "minimum": ("不小于", "is at least"),
    "maximum": ("不大于", "is at most"),
    "exclusiveMinimum": ("大于", "is more than"),
    "exclusiveMaximum": ("小于", "is less than"),
    "pattern": ("写法为", "is written as"),
    "minItems": ("行数不少于", "has at least so many rows:"),
    "maxItems": ("行数不多于", "has at most so many rows:"),
}
_AND, _OR, _NOT = ("，并且", " and "), ("，或者", " or "), ("不是：", "not: ")
_FILLED, _IS = ("已填写", "is filled"), ("为", "is")
_ONE_OF, _ROW = ("为其中之一：", "is one of "), ("有一行：", "has a row with ")
_FLAGS: Mapping[bool, Both] = {True: ("是", "yes"), False: ("否", "no")}
_PARTS = frozenset(("properties", "required", "allOf", "anyOf", "not", "contains"))
_DEPTH = 8  # of conditions in each other, which is more than may be published


def is_condition(key: tuple[str, ...], value: Mapping[str, object]) -> bool:
    """Whether an object is a condition: under ``when``, or a part of one that says nothing else."""
    return key in (("when",), ("not",), ("contains",)) and value.keys() <= _PARTS


def said_condition(
    value: Mapping[str, object], names: Mapping[str, str], language: Language
) -> str:
    """The sentence. Fields are called as ``names`` has them by id."""
    return _joined(_AND, _all(value, names, language, _DEPTH), language)


def _all(
    value: Mapping[str, object], names: Mapping[str, str], language: Language, depth: int
) -> Iterator[str]:
    if not depth:
        return
    fields = _mapping(value.get("properties"))
    for name, one in fields.items():
        yield _of_field(names.get(name, name), _mapping(one), names, language)
    for other in map(str, _listed(value.get("required"))):
        if other not in fields:
            called = names.get(other, other)
            yield _sentence(called, in_language(_FILLED, language), language)
    for key, joint in (("allOf", _AND), ("anyOf", _OR)):
        parts = [
            _joined(_AND, _all(_mapping(one), names, language, depth - 1), language)
            for one in _listed(value.get(key))
        ]
        yield _joined(joint, parts, language)
    if "not" in value:
        inner = _all(_mapping(value["not"]), names, language, depth - 1)
        yield f"{in_language(_NOT, language)}{_joined(_AND, inner, language)}"


def _joined(joint: Both, parts: Iterable[str], language: Language) -> str:
    return in_language(joint, language).join(filter(None, parts))


def _of_field(
    called: str, one: Mapping[str, object], names: Mapping[str, str], language: Language
) -> str:
    told = []
    if "const" in one:
        value = _quoted(one["const"], language)
        told.append(f"{in_language(_IS, language)}{_space(language)}{value}")
    if "enum" in one:
        values = [_quoted(choice, language) for choice in _listed(one["enum"])]
        told.append(
            in_language(_ONE_OF, language) + in_language(("、", ", "), language).join(values)
        )
    for key, words in _COMPARED.items():
        if key in one:
            told.append(f"{in_language(words, language)} {one[key]}")
    if "age" in one:
        told.append(_age(_mapping(one["age"]), names, language))
    if "contains" in one:
        inner = said_condition(_mapping(one["contains"]), names, language)
        told.append(f"{in_language(_ROW, language)}{inner}")
    told = told or [in_language(_FILLED, language)]
    return _sentence(called, in_language(_AND, language).join(told), language)


def _age(age: Mapping[str, object], names: Mapping[str, str], language: Language) -> str:
    day = names.get(str(age.get("on")), str(age.get("on")))
    bounds = [
        f"{in_language(words, language)} {age[key]}"
        for key, words in _COMPARED.items()
        if key in age
    ]
    lead = in_language((f"到“{day}”的周岁", f"in full years on “{day}” "), language)
    return lead + in_language(("且", " and "), language).join(bounds)


def _sentence(called: str, said: str, language: Language) -> str:
    return f"“{called}”{_space(language)}{said}"


def _quoted(value: object, language: Language) -> str:
    text = in_language(_FLAGS[value], language) if isinstance(value, bool) else str(value)
    return f"“{text}”"


def _space(language: Language) -> str:
    return in_language(("", " "), language)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
