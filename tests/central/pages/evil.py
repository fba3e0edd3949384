"""Data that an enemy wrote."""

import json
from typing import Any

from tests.builders.catalogue.full_item import LIBRARY, full_item

EVIL = "\"'><xss onx=1>{{7*7}}</xss><script>x()</script>"
EVIL_NAME = EVIL[:32]  # no account has a longer one


def evil_catalogue(**texts: str) -> bytes:
    """Every text that an item, the library or the calendar may have is hostile."""
    item: dict[str, Any] = full_item()
    for key in ("name", "department", "contact", "complaint"):
        item[key] = EVIL
    item["aliases"] = item["conditions"] = [EVIL]
    item["owner"]["name"] = item["sensitive"]["name"] = item["limits"]["legal_basis"] = EVIL
    item["legal_basis"] = [dict.fromkeys(("law", "number", "clause", "text"), EVIL)]
    item["result"] = dict.fromkeys(("name", "kind", "sample"), EVIL)
    item["faq"] = [dict.fromkeys(("question", "answer"), EVIL)]
    item["publicity"]["basis"] = EVIL
    hostile = {"flow": ("name", "post", "authority", "procedure"), "questions": ("ask", "say")}
    for key, parts in {**hostile, "special": ("name", "basis", "department")}.items():
        item[key] = [one | dict.fromkeys(parts, EVIL) for one in item[key]]
    _spoil_papers(item)
    item |= {EVIL: EVIL, **texts}
    library = {**LIBRARY, "id-card": {**LIBRARY["id-card"], "name": EVIL, "hint": EVIL}}
    calendar = {"local": {"2026-09-23": "<xss onx=1>", "2026-10-14": "\"'><xss onx=1>"}}
    markets = {"451423103": [{"cal": "daily"}], "451423999": [{"cal": "daily"}]}
    document = {"title": EVIL, "items": [item], "materials": library}
    more = {"calendar": calendar, "market_days": markets}
    return json.dumps({**document, **more}, ensure_ascii=False).encode()


def _spoil_papers(item: dict[str, Any]) -> None:
    fields = item["schema"]["properties"]
    for one in fields.values():
        one["title"] = EVIL
    fields["disabled"]["enum"] = ["是", "否", EVIL]
    item["materials"][1]["name"] = EVIL
    item["materials"][2]["later"]["promise"] = EVIL
    item["materials"][2]["when"] = {"properties": {"disabled": {"const": EVIL}}}
    item["materials"][3] |= {"name": EVIL, "note": EVIL}
    item["materials"][4]["shared"] = EVIL
    rule = item["fee_rules"][0]
    rule["basis"] = rule["relief"][0]["basis"] = EVIL
    rule["collector"] = rule["relief"][0]["name"] = "<xss onx=1>{{7*7}}</xss>"
    item["examples"][0]["name"] = EVIL
