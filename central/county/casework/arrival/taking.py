"""How an application was taken in, as its case keeps it: JSON text, by the names of the wire."""

import json

from protocol.json_values import from_json, to_json
from protocol.records.taken_in import TakenIn


def taken_text(taken: TakenIn | None) -> str | None:
    """As it is kept; None: nothing was said."""
    return None if taken is None else json.dumps(to_json(taken), ensure_ascii=False)


def read_taken(text: str | None) -> TakenIn | None:
    """What was kept; None: nothing was said, or it was erased."""
    return None if text is None else from_json(json.loads(text), TakenIn)
