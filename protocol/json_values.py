"""Typed values to what JSON knows and back: for the control socket, the API and printed answers.

It stays apart from the codec of the wire, so that a command that only hands text to an agent
loads nothing of that.
"""

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from protocol.errors import MalformedError

T = TypeVar("T")

Absent = msgspec.UnsetType
ABSENT = msgspec.UNSET  # of a field that is not in the JSON at all


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename=lambda name: name.rstrip("_")):
    """Base of answers whose JSON has names that are Python's (``from_``), or fields left out."""


def to_json(value: object) -> Any:  # noqa: ANN401
    """Dataclasses, Records, Enums, paths and bytes as what JSON knows; bytes in base 64."""
    return msgspec.to_builtins(value, enc_hook=_path_text)


def from_json(value: object, kind: type[T]) -> T:
    """What :func:`to_json` made, as a ``kind`` again; fields that it does not have are ignored.

    Raises:
        MalformedError: it is none.
    """
    try:
        return msgspec.convert(value, kind, strict=True, dec_hook=_as_path)
    except (msgspec.ValidationError, RecursionError, UnicodeEncodeError) as exc:
        raise MalformedError(f"not a {getattr(kind, '__name__', kind)}: {exc}") from None


def _path_text(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no form in JSON")


def _as_path(kind: type, value: object) -> object:
    if issubclass(kind, Path) and isinstance(value, str):
        return Path(value)
    raise TypeError(f"{kind.__name__} has no form in JSON")
