"""Entries of a release with readings written by hand: no library is needed to find something."""

import json
from collections.abc import Mapping
from pathlib import Path

from protocol.catalogue.finding.readings import FIND, readings_entry

_WRITTEN = json.loads(Path(__file__).with_name("readings.json").read_text("utf-8"))
READINGS: Mapping[str, tuple[str, ...]] = {char: tuple(one) for char, one in _WRITTEN.items()}
ITEMS: tuple[tuple[str, str, list[str], str], ...] = (
    ("451423-005", "最低生活保障", ["低保"], "县民政局"),
    ("451423-006", "特困人员救助", ["五保"], "县民政局"),
    ("451423-011", "重度残疾人护理补贴", [], "县残联"),
    ("451423-020", "社会保障卡办理", ["银行卡"], "县人力资源和社会保障局"),
    ("451423-030", "80岁以上高龄津贴", ["长寿钱"], "县民政局"),
    ("A-31", "老年人证（绿色）", [], "县卫健局"),
)


def entries(*items: tuple[str, str, list[str], str]) -> dict[str, bytes]:
    made = {
        code: json.dumps({"id": code, "name": name, "aliases": aliases, "department": office})
        for code, name, aliases, office in items or ITEMS
    }
    return {FIND: readings_entry(READINGS), **{code: one.encode() for code, one in made.items()}}
