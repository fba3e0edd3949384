"""What a record says has to be understood: its ``must``, and its version.

``must`` is a reserved key of any map: an array of names of fields of that map. A program that does
not know one of them must not act on the record, however well it knows the rest.

Source: docs/protocol.md section 3.1.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import inspect

from protocol.errors import MalformedError, NeedsNewerError

MUST = "must"
_MAX_MUST = 32  # names in one list
_MAX_NAME_CHARS = 64

Look = Callable[[Mapping[str, Any], inspect.StructType], None]


def require_understood(value: object, kind: object) -> None:
    """Raise unless this program knows everything that ``value`` says has to be understood.

    Args:
        value: plain maps, lists, text, bytes and integers, of any form.
        kind: the type that it is to become.

    Raises:
        NeedsNewerError: some record in it names a field that its kind does not have.
        MalformedError: its ``must`` is no list of names.
    """
    _walk(value, _described(kind), _require_names)


def require_known(value: object, kind: object) -> None:
    """Raise MalformedError if ``value`` has a field that is not known: for what people write."""
    _walk(value, _described(kind), _require_no_others)


def require_version(value: object, kind: object) -> None:
    """Raise NeedsNewerError if ``value`` is of a higher version of ``kind`` than is known here."""
    known = getattr(kind, "VERSION", None)
    if known is None or not isinstance(value, dict):
        return
    version = value.get(_fields(kind)["version"])
    if type(version) is int and version > known:
        raise NeedsNewerError(f"{_name(kind)} of version {version}, this program knows {known}")


def _walk(value: object, kind: inspect.Type, look: Look) -> None:
    """Show every map in ``value`` that becomes a record to ``look``."""
    if isinstance(kind, inspect.StructType) and isinstance(value, dict):
        look(value, kind)
    for inner, inner_kind in _inside(value, kind):
        _walk(inner, inner_kind, look)


def _inside(value: object, kind: inspect.Type) -> Iterable[tuple[object, inspect.Type]]:
    match kind, value:
        case inspect.UnionType(types=types), _:
            return [(value, one) for one in types if _fits(value, one)]
        case inspect.StructType(fields=fields), dict():
            named = ((field.encode_name, field.type) for field in fields)
            return [(value[name], inner) for name, inner in named if name in value]
        case inspect.StructType(fields=fields), list():
            return zip(value, (field.type for field in fields), strict=False)
        case inspect.TupleType(item_types=types), list():
            return zip(value, types, strict=False)
        case inspect.CollectionType(item_type=inner), list():
            return [(one, inner) for one in value]
        case _:
            return ()


def _fits(value: object, kind: inspect.Type) -> bool:
    """Whether ``value`` may be one of ``kind``: several records of a union differ by their tag."""
    wanted = list if isinstance(kind, inspect.CollectionType | inspect.TupleType) else dict
    if isinstance(kind, inspect.StructType) and kind.array_like:
        wanted = list
    if isinstance(kind, inspect.StructType) and isinstance(value, dict) and kind.tag is not None:
        return bool(value.get(kind.tag_field) == kind.tag)
    return isinstance(value, wanted)


def _require_names(value: Mapping[str, Any], kind: inspect.StructType) -> None:
    names = value.get(MUST, [])
    if not isinstance(names, list) or len(names) > _MAX_MUST:
        raise MalformedError("'must' is no list of names")
    for name in names:
        if not isinstance(name, str) or not 0 < len(name) <= _MAX_NAME_CHARS:
            raise MalformedError("'must' is no list of names")
        if name not in _known(kind):
            raise NeedsNewerError(f"{_name(kind.cls)}.{name!r} has to be understood")


def _require_no_others(value: Mapping[str, Any], kind: inspect.StructType) -> None:
    if others := value.keys() - _known(kind):
        raise MalformedError(f"{_name(kind.cls)} has no {min(others)[:_MAX_NAME_CHARS]!r}")


def _known(kind: inspect.StructType) -> set[object]:
    return {kind.tag_field, *(field.encode_name for field in kind.fields)}


@lru_cache(maxsize=256)
def _described(kind: Any) -> inspect.Type:  # noqa: ANN401 - any type that msgspec knows
    return inspect.type_info(kind)


@lru_cache(maxsize=256)
def _fields(kind: Any) -> Mapping[str, str]:  # noqa: ANN401 - the same
    """Names of the fields of a record, as written on the wire."""
    return {field.name: field.encode_name for field in msgspec.structs.fields(kind)}


def _name(kind: object) -> str:
    return str(getattr(kind, "__name__", kind))
