"""What may stand in the JSON column of a row.

The catalogue's own checks see a whole file only. What would keep the file from being put together,
or would be lost in it without a word, is refused here, by its cell.

Source: docs/catalogue-tables.md.
"""

from collections.abc import Iterator, Mapping

from central.county.catalogue.exchange import layout
from central.county.catalogue.exchange.layout import Sheet
from central.county.catalogue.exchange.parts import AT_GROUP, AT_ID, AT_REST, TEXT, Part

_NEVER = ()  # of no type
_TEXT = (str,)
_OBJECT = (dict,)
_SHAPES: tuple[tuple[tuple[str, ...], tuple[type, ...]], ...] = (
    ((AT_ID,), _TEXT),
    ((AT_GROUP,), _OBJECT),
    ((AT_GROUP, "group"), _TEXT),
    ((AT_GROUP, "one_of"), _NEVER),
    ((AT_GROUP, AT_REST), _OBJECT),
    ((AT_GROUP, AT_REST, "one_of"), _NEVER),
)
_WHOLE: Mapping[str, frozenset[str]] = {  # sheets of which nothing else is kept
    layout.ABOUT.name: frozenset({AT_ID, "value"}),
    layout.MARKETS.name: frozenset({"rule"}),
    "条件": frozenset({TEXT}),
}


def take_misshapen(part: Part, sheet: Sheet) -> Iterator[str]:
    """Take what can't stay out of a record, and name it: ``@group.one_of``."""
    own = {column.path[0] for column in sheet.columns}
    for path, kinds in _SHAPES:
        holder = _holder(part, path) if path[0] in own else None
        if holder is not None and not isinstance(holder[path[-1]], kinds):
            del holder[path[-1]]
            yield ".".join(path)
    for key in sorted(part.keys() - _WHOLE.get(sheet.name, part.keys())):
        del part[key]
        yield key


def _holder(part: object, path: tuple[str, ...]) -> Part | None:
    """The object in which the last key of ``path`` stands."""
    for key in path[:-1]:
        part = part.get(key) if isinstance(part, dict) else None
    return part if isinstance(part, dict) and path[-1] in part else None
