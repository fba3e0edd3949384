"""JSON Schema of the types that :mod:`protocol.json_values` writes and reads."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec


def schemas(types: Iterable[type], *, under: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A schema for each type, and what they refer to by name.

    Args:
        under: where the named ones will stand: ``#/components/schemas/``.
    """
    made, named = msgspec.json.schema_components(
        types, schema_hook=_of_path, ref_template=f"{under}{{name}}"
    )
    plain: tuple[list[dict[str, Any]], dict[str, Any]]
    plain = msgspec.json.decode(msgspec.json.encode((made, named)), type=tuple[list[Any], Any])
    return plain  # whose defaults are lists, as JSON has them


def _of_path(kind: type) -> dict[str, Any]:
    if issubclass(kind, Path):
        return {"type": "string"}
    raise NotImplementedError(f"{kind.__name__} has no schema")
