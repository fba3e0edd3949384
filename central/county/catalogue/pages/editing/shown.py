"""The value of a control as a page shows it, from an item that nobody may have checked."""

import json
from collections.abc import Sequence
from typing import Any

from central.county.catalogue.pages.editing.inputs import Input, Rows, Way
from central.county.catalogue.pages.values import listed, plain
from central.county.catalogue.pages.views.limits import limit_words
from protocol.catalogue.documents import Document


def shown(whole: Document, one: Input) -> list[str]:
    """What the control holds; of several choices each that is taken."""
    value = value_at(whole, one.path)
    if value is None:
        return [] if one.way is Way.MANY else [""]
    match one.way:
        case Way.JSON:
            return [json.dumps(value, ensure_ascii=False, indent=2)]
        case Way.MANY:
            return list(map(plain, value)) if isinstance(value, list) else []
        case Way.LINES:
            lines = value if isinstance(value, list) else [value]
            return ["\n".join(map(plain, lines))]
        case Way.YES:
            return [{True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""]
        case _:
            said = plain(value)
            return [limit_words(said, str) if one.way is Way.LIMIT else said]


def value_at(whole: Document, path: Sequence[str]) -> Any:  # noqa: ANN401 - whatever stands there
    """What stands at a path; None if there is nothing."""
    found: Any = whole
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def rows_at(whole: Document, rows: Rows) -> list[dict[str, Any]]:
    """The rows of a list; one that is no object is an empty row."""
    return [one if isinstance(one, dict) else {} for one in listed(whole, rows.key)]


def rest_of(row: Document, rows: Rows) -> str:
    """What else a row has than its columns, as JSON; empty for nothing."""
    keys = {one.path[0] for one in rows.columns} | {*rows.hidden}
    rest = {key: value for key, value in row.items() if key not in keys}
    return json.dumps(rest, ensure_ascii=False, indent=2) if rest else ""
