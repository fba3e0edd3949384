"""The applications that are measured with: 2 KB each, of people who do not exist."""

import json
import random
from pathlib import Path
from typing import Any

from examples.synthetic.forms import make_record

CATALOGUE = Path(__file__).parent.parent / "examples" / "longzhou" / "catalogue.json"
COUNT = 1000
_SEED = 451423  # not one that the compression dictionary was trained with


def make_records(count: int = COUNT) -> list[dict[str, Any]]:
    """``{"item", "form"}`` for ``count`` applications; the same ones every time."""
    catalogue = json.loads(CATALOGUE.read_text("utf-8"))
    rng = random.Random(_SEED)
    return [make_record(rng, catalogue, size="large") for _ in range(count)]
