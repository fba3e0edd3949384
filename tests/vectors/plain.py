"""How a vector is written: one JSON object each, in which bytes stand as ``{"hex": "00ff"}``."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from protocol.codec import Record

GOLDEN = Path(__file__).parent / "golden"

Vector = dict[str, Any]
R = TypeVar("R", bound=Record)


def fields(record: Record) -> Vector:
    """What ``record`` writes on the wire, by name; a field with its usual value is left out."""
    found: Vector = msgspec.to_builtins(record, builtin_types=(bytes,))
    return found


def record(kind: type[R], named: Vector) -> R:
    """The record with these fields."""
    return msgspec.convert(named, kind, strict=True, builtin_types=(bytes,))


def write(path: Path, vector: Vector) -> None:
    text = json.dumps(_shown(vector), ensure_ascii=False, indent=2)
    path.write_text(text + "\n", "utf-8")


def read(path: Path) -> Vector:
    vector: Vector = _read(json.loads(path.read_text("utf-8")))
    return vector


def changed(value: Any) -> Iterator[Any]:
    """``value`` again and again, each time with one leaf that is not what it was."""
    match value:
        case Mapping():
            for key, inner in value.items():
                yield from ({**value, key: other} for other in changed(inner))
        case list():
            for at, inner in enumerate(value):
                yield from ([*value[:at], other, *value[at + 1 :]] for other in changed(inner))
        case bytes() if value:
            # 0x10, because X25519 does not look at the outermost bits of a secret key
            yield bytes([value[0] ^ 0x10]) + value[1:]
            yield value[:-1] + bytes([value[-1] ^ 0x10])
        case int():
            yield value + 1
        case str():
            yield value + "x"
        case _:
            pass  # nil and empty bytes have nothing in them to change


def _shown(value: Any) -> Any:
    match value:
        case bytes():
            return {"hex": value.hex()}
        case Mapping():
            return {key: _shown(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_shown(inner) for inner in value]
        case _:
            return value


def _read(value: Any) -> Any:
    match value:
        case {"hex": str(digits)}:
            return bytes.fromhex(digits)
        case dict():
            return {key: _read(inner) for key, inner in value.items()}
        case list():
            return [_read(inner) for inner in value]
        case _:
            return value
