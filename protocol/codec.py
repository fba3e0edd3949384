"""Bytes to typed values and back: msgpack, strict, with a bound on everything.

Nothing signed is ever re-encoded: sign bytes, store bytes, verify bytes before parsing.

A field that is not known here is ignored, unless the record says in ``must`` that it has to be
understood: then a newer program is needed, as for a new value of an enumeration.

Source: docs/protocol.md section 3.
"""

from typing import Any, TypeVar

import msgpack
import msgspec

from protocol.errors import MalformedError, NeedsNewerError, TooLargeError
from protocol.limits import MAX_FRAME_BYTES
from protocol.understood import MUST, require_known, require_understood, require_version

T = TypeVar("T")
R = TypeVar("R", bound="Record")

_MUST = MUST.encode()
_MAX_MAP = 256
_MAX_ARRAY = 4096


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of everything that is written as a msgpack map; keys are the field names."""


class Wrapper(Record, frozen=True, forbid_unknown_fields=True):
    """Base of what is put around signed bytes: nothing is ever added to it."""


def altered(record: R, **fields: object) -> R:
    """A copy of ``record`` in which some fields have other values, which are not checked."""
    return msgspec.structs.replace(record, **fields)


def _no_duplicates(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if not isinstance(key, str) or key in found:
            raise ValueError("a map key is repeated or not text")
        found[key] = value
    return found


def _no_extensions(code: int, data: bytes) -> None:
    raise ValueError(f"extension type {code} with {len(data)} bytes is not part of the protocol")


def pack(value: object) -> bytes:
    """``value`` (a Record, or plain lists, maps, text, bytes, integers) as msgpack."""
    packed: bytes = msgpack.packb(plain(value), use_bin_type=True)
    return packed


def unpack_plain(data: bytes, *, limit: int = MAX_FRAME_BYTES) -> object:
    """Decode one msgpack value of at most ``limit`` bytes.

    Raises:
        TooLargeError: more than ``limit`` bytes.
        MalformedError: not one whole value, or over-deep, repeated keys, unknown types.
    """
    if len(data) > limit:
        raise TooLargeError(f"{len(data)} bytes, at most {limit} are allowed")
    try:
        value: object = msgpack.unpackb(
            data,
            raw=False,
            strict_map_key=True,
            object_pairs_hook=_no_duplicates,
            ext_hook=_no_extensions,
            timestamp=0,
            max_map_len=_MAX_MAP,
            max_array_len=min(_MAX_ARRAY, limit),
        )
    except Exception as exc:  # noqa: BLE001 - msgpack raises six unrelated kinds
        raise MalformedError(f"not a message: {type(exc).__name__}") from None
    return value


def unpack(data: bytes, kind: type[T], *, limit: int = MAX_FRAME_BYTES) -> T:
    """Decode ``data`` and check that it is exactly a ``kind``.

    Raises:
        TooLargeError: more than ``limit`` bytes.
        NeedsNewerError: it holds something that has to be understood, and is not known here.
        MalformedError: not msgpack, or not a ``kind``.
    """
    value = unpack_plain(data, limit=limit)
    if _MUST in data:  # hardly ever
        require_understood(value, kind)
    return _converted(value, kind)


def plain(value: object) -> Any:  # noqa: ANN401
    """``value`` as maps, lists, text, bytes and integers; what is left out is not there."""
    return msgspec.to_builtins(value, builtin_types=(bytes,))


def typed(value: object, kind: type[T]) -> T:
    """``value`` (maps, lists, text, bytes, integers), which a person wrote, as exactly a ``kind``.

    Raises:
        MalformedError: it is none, or has a field that a ``kind`` has not.
    """
    require_known(value, kind)
    return _converted(value, kind)


def _converted(value: object, kind: type[T]) -> T:
    require_version(value, kind)
    try:
        # bytes count as known: else text would be taken for them in base 64
        return msgspec.convert(value, kind, strict=True, builtin_types=(bytes,))
    except (msgspec.ValidationError, RecursionError, UnicodeEncodeError) as exc:
        error = NeedsNewerError if _is_new_value(exc) else MalformedError
        raise error(f"not a {getattr(kind, '__name__', kind)}: {exc}") from None


def _is_new_value(exc: Exception) -> bool:
    """Whether only a value of an enumeration is not known, or a kind among several.

    Programs of tomorrow may have more.
    """
    new = ("Invalid enum value", "Invalid value")
    return isinstance(exc, msgspec.ValidationError) and str(exc).startswith(new)
