"""What the fields and materials of an item are called, by their ids."""

from collections.abc import Iterator

from protocol.catalogue.documents import Document, Schema

_DEPTH = 4  # of tables in a form


def names_of(raw: Document) -> dict[str, str]:
    """By id; of fields that have a title, and of materials that have a name of their own."""
    schema = raw.get("schema")
    found = dict(_fields(schema, _DEPTH)) if isinstance(schema, dict) else {}
    return found | dict(_papers(raw.get("materials")))


def _fields(schema: Schema, depth: int) -> Iterator[tuple[str, str]]:
    fields = schema.get("properties")
    for name, one in fields.items() if isinstance(fields, dict) and depth else ():
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("title"), str):
            yield name, one["title"]
        inner = one.get("items")
        yield from _fields(inner if isinstance(inner, dict) else one, depth - 1)


def _papers(papers: object) -> Iterator[tuple[str, str]]:
    for one in papers if isinstance(papers, list) else ():
        if not isinstance(one, dict):
            continue
        name = one.get("name")
        for key in ("id", "group"):
            if isinstance(name, str) and isinstance(one.get(key), str):
                yield one[key], name
        yield from _papers(one.get("one_of"))
