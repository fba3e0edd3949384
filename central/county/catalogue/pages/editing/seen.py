"""What a page was opened on, so that nobody undoes unseen what somebody else saved meanwhile."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SEEN = "seen"
"""The field of a form that brings it back."""
_CHARS = 32


def seen_of(raw: Mapping[str, Any]) -> str:
    """Names the content of an item; empty where there is none yet."""
    if not raw:
        return ""
    text = json.dumps(raw, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_CHARS]
