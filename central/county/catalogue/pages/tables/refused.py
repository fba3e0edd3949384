"""What a file that was refused says of the items and papers in which something is wrong.

Nothing of it is kept as a catalogue: it only tells the places of the faults in words.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from protocol.catalogue.findings import Finding
from protocol.catalogue.items.names import MATERIAL

_MATERIALS = "materials"


def entries_of_refused(file: bytes, faults: Sequence[Finding]) -> dict[str, bytes]:
    """The entries that ``faults`` name, as far as the file can be read; empty for none at all."""
    try:
        document = json.loads(file.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(document, dict):
        return {}
    wanted = {one.item for one in faults if one.item}
    named = any(one.place.startswith(_MATERIALS) for one in faults if not one.item)
    found = dict(_items(document, wanted)) | (dict(_papers(document)) if named else {})
    return {key: json.dumps(one, ensure_ascii=False).encode() for key, one in found.items()}


def _items(document: Mapping[str, Any], wanted: set[str]) -> Iterator[tuple[str, object]]:
    items = document.get("items")
    for one in items if isinstance(items, list) else ():
        if isinstance(one, dict) and one.get("id") in wanted and isinstance(one["id"], str):
            yield one["id"], one


def _papers(document: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    papers = document.get(_MATERIALS)
    for name, one in papers.items() if isinstance(papers, dict) else ():
        if isinstance(one, dict):
            yield f"{MATERIAL}{name}", one
