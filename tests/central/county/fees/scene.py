"""A county that charges, with one item for each form of a fee, and cases of it."""

import json
from collections.abc import Mapping
from typing import Any

from central.county.county import County
from central.county.numbers.ports import NumberRules
from protocol.catalogue.fees.asking import asked_facts
from protocol.catalogue.fees.rule import read_rules
from tests.central.county.centre import Centre
from tests.central.county.village import Village

CLERK, HEAD = "韦兰", "黄局"
CARD: dict[str, Any] = {
    "kind": "lookup",
    "by": "办理原因",
    "amounts": {"到期换领": "20", "丢失补领": "40"},
}
HALF = {
    "name": "低保减半",
    "when": "办理原因 != ''",
    "factor": "0.5",
    "basis": "样例减免文件",
    "evidence": "proof",
}


def rule(form: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    given = {"basis": "样例文号", "collector": "样例县公安局", "effective_from": "2020-01-01"}
    return {**given, "form": form, **more}


def item(form: Mapping[str, Any] = CARD, *, name: str = "licence", **more: Any) -> dict[str, Any]:
    """An item whose form asks what its rule does, each by a field of that title."""
    raw = rule(form, **more)
    facts = [one for read in read_rules([raw], "fee_rules") for one in asked_facts(read)]
    fields = {
        f"field{n}": {"type": "string" if one.kind.value == "text" else "number", "title": one.name}
        for n, one in enumerate(facts)
    }
    named = {"name": {"type": "string", "title": "申请人姓名"}}
    return {
        "id": name,
        "name": "居民身份证换领",
        "department": "样例县公安局",
        "materials": [{"id": "proof", "name": "低保证"}],
        "schema": {"type": "object", "properties": {**named, **fields}},
        "fee_rules": [raw],
    }


def form_of(item: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The form as somebody fills it in, by its titles."""
    fields = item["schema"]["properties"]
    keys = {one["title"]: key for key, one in fields.items()}
    return {"name": "覃小妹", **{keys[name]: value for name, value in facts.items()}}


async def charging(centre: Centre, *items: Mapping[str, Any], block: int = 3) -> int:
    """The policy lets the county charge, and these items are published; the release."""
    let_charge(centre.county, block)
    return int(await centre.county.catalogue.publish(catalogue(*items)))


def let_charge(county: County, block: int) -> None:
    """The policy names the county's own node."""
    rules = NumberRules(charging=[county.fees.fees.tickets.node], block=block)
    object.__setattr__(county.numbers.blocks.issuing, "rules", lambda: rules)


def catalogue(*items: Mapping[str, Any]) -> bytes:
    return json.dumps({"items": list(items)}, ensure_ascii=False).encode()


async def case_of(
    centre: Centre,
    village: Village,
    item: Mapping[str, Any],
    facts: Mapping[str, Any],
    release: int,
) -> str:
    form = form_of(item, facts)
    await centre.bring(village.submit(item=item["id"], form=form, release=release))
    return str((await centre.cases())[-1]["case"])
