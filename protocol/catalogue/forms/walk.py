"""Going through a form beside its schema."""

from collections.abc import Iterator, Mapping

from protocol.catalogue.documents import FormData, Schema

Path = tuple[str | int, ...]


def objects(
    value: object, schema: Schema, path: Path = ()
) -> Iterator[tuple[FormData, Schema, Path]]:
    """Each object in a form, with its part of the schema and its place; the form itself first."""
    if isinstance(value, Mapping):
        yield value, schema, path
        for key, inner in value.items():
            yield from objects(inner, part(schema, key), (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from objects(inner, items(schema), (*path, number))


def fields(schema: Schema) -> dict[str, Schema]:
    """The fields of an object with their schemas; what is none is an empty one."""
    found = schema.get("properties")
    if not isinstance(found, Mapping):
        return {}
    return {key: one if isinstance(one, Mapping) else {} for key, one in found.items()}


def part(schema: Schema, key: str) -> Schema:
    """The schema of one field of an object."""
    found = schema.get("properties")
    one = found.get(key) if isinstance(found, Mapping) else None
    return one if isinstance(one, Mapping) else {}


def items(schema: Schema) -> Schema:
    """The schema of each entry of a list."""
    found = schema.get("items")
    return found if isinstance(found, Mapping) else {}


def at(schema: Schema, path: Path) -> Schema:
    """The schema of what stands at ``path`` in a form."""
    for step in path:
        schema = items(schema) if isinstance(step, int) else part(schema, step)
    return schema


def required(schema: Schema) -> frozenset[str]:
    """The fields that an object must have."""
    found = schema.get("required")
    return (
        frozenset(one for one in found if isinstance(one, str))
        if isinstance(found, list)
        else frozenset()
    )


def path_of(name: str) -> Path:
    """The place of a field in a form, by its name as it is sent: household.0.name."""
    return tuple(int(one) if one.isdecimal() else one for one in name.split("."))


def has(schema: Schema, path: Path) -> bool:
    """Whether a form has such a field, in whichever row."""
    for step in path:
        known = fields(schema)
        if isinstance(step, int):
            schema = items(schema)
        elif step in known:
            schema = known[step]
        else:
            return False
    return True
