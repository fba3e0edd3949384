"""A monthly report as one CSV file: a line for each group, what is counted, and its ratings."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from central.county.reports.words import COLUMNS, DIMENSIONS, RATED


def csv_of(body: Mapping[str, Any]) -> bytes:
    """Of what a report says; Excel opens it."""
    text = io.StringIO()
    csv.writer(text).writerows(_rows(body))
    return text.getvalue().encode("utf-8-sig")


def _rows(body: Mapping[str, Any]) -> Iterator[Sequence[object]]:
    head = (f"{body['county']['name']} {body['month']} 月报", f"第 {body['edition']} 版")
    yield (*head, body["reason"])
    yield ("汇总", "名称", *COLUMNS.values(), *RATED.values())
    whole = body["department"]["ratings"]["whole"]
    yield ("合计", "", *(body["whole"][name] for name in COLUMNS), *_rated(whole))
    for by, word in DIMENSIONS.items():
        rated = {one["key"]: one for one in body[by]["ratings"]["sums"] if one["key"]}
        for line in body[by]["lines"]:
            counts = (line[name] for name in COLUMNS)
            yield (word, line["name"], *counts, *_rated(rated.get(line["key"])))


def _rated(one: Mapping[str, Any] | None) -> Sequence[object]:
    if one is None:
        return [""] * len(RATED)
    if one["rated"] is None:
        return [one["done"], "少于 5", "", ""]
    return [one["done"], one["rated"], _share(one["response"]), _share(one["satisfied"])]


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1f}%"
