"""An item whose papers are asked for: one of two sides at once, and one that may follow."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import FormData

from protocol.envelope.payloads import Application
from protocol.trust.edition import Kind
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.station_agent.county import CATALOGUE
from tests.station_agent.desk.filling import text_of
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.papers import scans
from tests.station_agent.village import Village

PROMISE = "本人承诺在五个工作日内补交。"
SUBSIDY: dict[str, Any] = {
    "id": "subsidy",
    "name": "高龄津贴",
    "mode": "代办",
    "materials": [
        {"id": "card", "use": "card", "attach": "required"},
        {
            "id": "proof",
            "name": "居住证明",
            "attach": "required",
            "later": {"limit": "5wd", "promise": PROMISE},
        },
    ],
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "姓名", "maxLength": 20},
            "bank": {"type": "string", "title": "开户行", "maxLength": 20},
        },
        "required": ["name", "bank"],
    },
}
LIBRARY = {"card": {"name": "居民身份证", "pages": ["正面", "反面"]}}
FORM, CHECK, HAND_IN = (f"/items/subsidy/{step}" for step in ("form", "check", "hand-in"))


def published(village: Village) -> Village:
    document = {**CATALOGUE, "materials": LIBRARY, "items": [*CATALOGUE["items"], SUBSIDY]}
    village.parent.publish(
        village.county.news(Kind.RELEASE, village.county.make_release(2, document))
    )
    return village


def changed(village: Village, **item: Any) -> None:
    """The item as it is from now on."""
    document = {
        **CATALOGUE,
        "materials": LIBRARY,
        "items": [*CATALOGUE["items"], {**SUBSIDY, **item}],
    }
    release = village.county.make_release(3, document)
    village.parent.publish(village.county.news(Kind.RELEASE, release))


@asynccontextmanager
async def counter(village: Village) -> AsyncIterator[tuple[Station, Visitor]]:
    """A clerk who is logged in, at a desk that has the item."""
    async with published(village).open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        yield station, visitor


async def types(visitor: Visitor, **typed: str) -> str:
    """A new form with what was typed; the id of its application."""
    path = (await visitor.get(f"{FORM}?new")).headers["Location"]
    await visitor.post(path, {"token": await visitor.token(path), **typed})
    return path.removeprefix(f"{FORM}/")


async def brings(visitor: Visitor, application: str, material: str, *sizes: int) -> None:
    """A picture of each width."""
    papers = f"/papers/subsidy/{application}"
    form = FormData()
    form.add_field("token", await visitor.token(papers))
    for size in sizes:
        form.add_field("file", scans.picture(size), filename="a.jpg", content_type="image/jpeg")
    assert (await visitor.post(f"{papers}/add/{material}", form)).status == 303


async def checks(visitor: Visitor, application: str) -> str:
    """The page to read out."""
    return await text_of(visitor, f"{CHECK}/{application}")


async def at_county(village: Village, station: Station, application: str) -> Application:
    """What the county reads."""
    await village.exchange(station)
    return village.county.open(village.envelope_of(application))  # type: ignore[arg-type]
