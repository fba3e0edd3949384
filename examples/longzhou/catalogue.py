"""The catalogue of the sample county, put together from the tables in ``sources``."""

import csv
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

COUNTY_CODE = "451423"
_CARRIED = (  # keys of an item that go into the catalogue as they stand
    *("name", "type", "type_code", "department", "level", "intake_level", "mode"),
    *("legal_days", "promised_days", "days_unit", "publicity_days"),
    *("fee", "conditions", "applicant_present"),
)
_ARRAY_KEYS = ("title", "minItems", "maxItems")


def build_catalogue(sources: Path) -> Json:
    """Return the catalogue; field lists refer to ``fields.toml`` and mark optional ones by "?".

    Raises:
        KeyError: an item has no field list, or a field or paper is not in its table.
    """
    fields = _read_toml(sources / "fields.toml")
    names = _field_names(_read_toml(sources / "families.toml"))
    papers = _read_papers(sources / "materials.csv")
    fees = _read_toml(sources / "fees.toml")
    items = json.loads((sources / "items.json").read_text("utf-8"))
    return {
        "title": "龙州县村级政务服务事项目录",
        **_read_toml(sources / "calendar.toml"),
        "items": [
            {
                "id": f"{COUNTY_CODE}-{number:03}",
                **{key: item[key] for key in _CARRIED},
                **({"fee_rules": [fees[str(number)]]} if str(number) in fees else {}),
                "materials": [_material(papers[name]) for name in item["materials"]],
                "schema": _schema(item, names[str(number)], fields),
            }
            for number, item in enumerate(items, start=1)
        ],
    }


def _read_toml(path: Path) -> Json:
    return tomllib.loads(path.read_text("utf-8"))


def _read_papers(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def _field_names(families: Json) -> dict[str, str]:
    """Return item number -> names of all its fields, in the order of the form."""
    common = families.pop("common")
    return {
        number: " ".join((common["fields"], family["fields"], own, common["last"]))
        for family in families.values()
        for number, own in family.items()
        if number != "fields"
    }


def _material(paper: Mapping[str, str]) -> Json:
    required = paper["required"] == "yes"
    return {"id": paper["id"], "name": paper["name"], "required": required, "attach": "optional"}


def _schema(item: Json, names: str, fields: Json) -> Json:
    if item["mode"] != "代办":
        names = names.replace(" agent_name?", "")
    fee = item["fee"] or {"form": "none"}
    if fee["form"] == "lookup":  # the fee depends on the answer to this question
        fields = fields | {fee["key"]: {"title": "办理原因", "enum": list(fee["values"])}}
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, "title": item["name"], **_object(names, fields)}


def _object(names: str, fields: Json) -> Json:
    return {
        "type": "object",
        "properties": {n: _property(fields[n], fields) for n in names.replace("?", "").split()},
        "required": [n for n in names.split() if not n.endswith("?")],
        "additionalProperties": False,
    }


def _property(field: Json, fields: Json) -> Json:
    if "columns" in field:
        array = {key: field[key] for key in _ARRAY_KEYS if key in field}
        return {"type": "array", **array, "items": _object(field["columns"], fields)}
    return field if "type" in field else _string(field)


def _string(field: Json) -> Json:
    """Return a string property; one with given choices is as long as the longest of them."""
    longest = max(map(len, field.get("enum", [""])))
    return {"type": "string", **field, "maxLength": field.get("maxLength", longest)}
