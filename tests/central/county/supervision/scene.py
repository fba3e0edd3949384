"""A county with one item whose limits are short, and cases of it at days that a test names."""

import json
from typing import Any

from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.supervision.calls import ListCards
from tests.central.county.centre import Centre
from tests.central.county.village import Village

CLERK = By(name="韦兰")
DAY_MS = 86_400_000
_FORM = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "additionalProperties": False,
}


def catalogue(*days_off: str, **handling: Any) -> bytes:
    """One licence: ten working days promised, twenty by law."""
    item = {
        "id": "licence",
        "name": "食品小作坊登记",
        "type": "01",
        "department": "县市场监管局",
        "materials": [],
        "limits": {"legal": "20wd", "promised": "10wd"},
        "handling": handling,
        "flow": [
            {"id": "look", "kind": "review", "name": "核查", "post": "核查岗", "limit": "3wd"},
            {"id": "decide", "kind": "decision", "name": "决定", "post": "审批岗"},
        ],
        "schema": _FORM,
    }
    local = {"local": dict.fromkeys(days_off, "三月三")}
    return json.dumps({"items": [item], "calendar": local}, ensure_ascii=False).encode()


async def case_of(centre: Centre, village: Village, release: int, **facts: Any) -> str:
    form = {"name": "覃"}
    await centre.bring(village.submit(item="licence", form=form, release=release, **facts))
    return str((await centre.cases())[-1]["case"])


async def on(centre: Centre, day: int) -> None:
    """That many days after 21 September, at the same time of day, the clock looks."""
    centre.ground.reset_clock()
    centre.clock.jump_wall(ms=day * DAY_MS)
    await centre.county.supervision.watch.look()


async def given(centre: Centre) -> list[tuple[str, str, str]]:
    found = await centre.county.supervision.cards.list(ListCards(limit=200))
    return sorted((one.case, one.rule, one.rung) for one in found.cards)


async def started_case(centre: Centre, *, day: int) -> str:
    """A case that was accepted at once; that many days later the clock looked."""
    village = await centre.village()
    number = await case_of(centre, village, await centre.county.catalogue.publish(catalogue()))
    await centre.county.flows.act(number, Wanted(action="accept"), CLERK)
    await on(centre, day)
    return number
