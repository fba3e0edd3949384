"""A county's whole catalogue of 2,000 items, and the next one with 1 % of them edited lightly."""

import json
import random
from pathlib import Path
from typing import Any

from bench.records import CATALOGUE

ITEMS, CHANGED = 2000, 20
_SEED = 2000
_FIELDS = 3  # of each form: a county with long forms has longer entries, and few of them change
_PLACES = ("龙州镇", "下冻镇", "水口镇", "金龙镇", "响水镇", "八角乡", "上降乡", "彬桥乡", "上龙乡")


def write_catalogues(folder: Path) -> tuple[Path, Path]:
    """Files of both releases; the same ones every time."""
    rng = random.Random(_SEED)
    document = json.loads(CATALOGUE.read_text("utf-8"))
    models = document["items"]
    items = [_variant(models[n % len(models)], n, rng) for n in range(ITEMS)]
    before = _write(folder / "before.json", document, items)
    for n in rng.sample(range(ITEMS), CHANGED):
        items[n] = _edited(items[n], rng)
    return before, _write(folder / "after.json", document, items)


def _variant(model: dict[str, Any], number: int, rng: random.Random) -> dict[str, Any]:
    """An item of its own: other id, name, times and office."""
    item: dict[str, Any] = json.loads(json.dumps(model))
    item["id"] = f"451423-9{number:05}"
    item["name"] = f"{model['name']}({rng.choice(_PLACES)}{rng.randint(1, 999)}号窗口)"
    item["schema"]["title"] = item["name"]
    fields = [name for name in item["schema"]["properties"] if name in item["schema"]["required"]]
    item["schema"]["properties"] = {n: item["schema"]["properties"][n] for n in fields[:_FIELDS]}
    item["schema"]["required"] = fields[:_FIELDS]
    item["schema"].pop("rules", None)  # they name fields that are gone
    item["materials"] = [_without_fields(paper) for paper in model["materials"]]
    item.pop("examples", None)  # of the whole form
    item["conditions"] = [*model["conditions"], _telephone(rng)]
    return item


def _without_fields(paper: dict[str, Any]) -> dict[str, Any]:
    """The same, asked for whatever the form says: its fields may be gone."""
    return {key: value for key, value in paper.items() if key not in ("when", "each")}


def _telephone(rng: random.Random) -> str:
    return f"咨询电话0771-88{rng.randint(10000, 99999)}"


def _edited(item: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Another telephone number and another sentence, as an office changes them."""
    *conditions, last, _ = item["conditions"]
    edited = f"{last},可由{rng.choice(_PLACES)}代办"
    return {**item, "conditions": [*conditions, edited, _telephone(rng)]}


def _write(path: Path, document: dict[str, Any], items: list[dict[str, Any]]) -> Path:
    text = json.dumps({**document, "items": items}, ensure_ascii=False)
    path.write_text(text, "utf-8")
    return path
