"""Where two values of JSON differ: each place, with what stood there and what stands there now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_NAMES = ("id", "use", "group", "code", "name", "question", "law")  # that tell elements of a list
_PARTS = frozenset(("schema", "limits", "result", "owner"))  # that have a name of their own
_HIDDEN = frozenset(("properties", "items"))  # of a schema: nobody needs them to find a field
_SHOWN = ("name", "title", "ask", "say", "question")  # what people call an element

Path = tuple[str, ...]


class Nothing:
    """Stands where there is no value; JSON's null is one."""


NOTHING = Nothing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One difference."""

    path: Path  # keys, and names of elements
    shown: Path  # the same, as people call them
    old: Any  # NOTHING: it is new
    new: Any  # NOTHING: it is gone


def places(old: object, new: object) -> Iterator[Place]:
    """Every difference, in the order of keys; elements of lists are known by their ids."""
    yield from _walk(old, new, (), ())


def _walk(old: object, new: object, path: Path, shown: Path) -> Iterator[Place]:
    if isinstance(old, dict) and isinstance(new, dict) and path[-1:] == ("properties",):
        yield from _order(old, new, path, shown)
    if old == new and type(old) is type(new) and not isinstance(old, dict):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            one, other = old.get(key, NOTHING), new.get(key, NOTHING)
            called = () if key in _HIDDEN else (_called(key, other, one),)
            yield from _walk(one, other, (*path, key), (*shown, *called))
        return
    lists = _named(old), _named(new)
    if lists[0] is not None and lists[1] is not None and (old or new):
        yield from _walk(lists[0], lists[1], path, shown)
        yield from _order(lists[0], lists[1], path, shown)
        return
    yield Place(path=path, shown=shown, old=old, new=new)


def called_at(value: object, path: Path) -> Path:
    """A place in a value as people call it: elements by their names, or counted from 1."""
    shown: list[str] = []
    for key in path:
        if isinstance(value, list) and key.isdigit():
            value = value[int(key)] if int(key) < len(value) else NOTHING
            called = _called(key, value)
            shown.append(str(int(key) + 1) if called == key else called)
            continue
        value = value.get(key, NOTHING) if isinstance(value, dict) else NOTHING
        shown.append("" if key in _HIDDEN else _called(key, value))
    return tuple(shown)


def _order(
    old: Mapping[str, object], new: Mapping[str, object], path: Path, shown: Path
) -> Iterator[Place]:
    if [key for key in new if key in old] != [key for key in old if key in new]:
        where = {"path": (*path, "order"), "shown": (*shown, "order")}
        yield Place(**where, old=list(old), new=list(new))


def _named(value: object) -> dict[str, object] | None:
    """A list of objects as an object by their ids; None if they have none, or not each its own."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return None
    mixed = [one.get("id", one.get("group")) for one in value]  # papers, and groups of papers
    for keys in (mixed, *([one.get(name) for one in value] for name in _NAMES)):
        if all(isinstance(key, str) for key in keys) and len(set(keys)) == len(keys):
            return dict(zip(keys, value, strict=True))
    return None if value else {}


def _called(key: str, *values: object) -> str:
    for value in values:
        if isinstance(value, Mapping):
            for name in _SHOWN if key not in _PARTS else ():
                if isinstance(value.get(name), str) and value[name]:
                    return str(value[name])
    return key
