"""What an item says before it is begun, and what the form does with what was typed."""

import json
import re
from typing import Any

from aiohttp import ClientResponse

from protocol.catalogue.forms.entry import MORE
from protocol.trust.edition import Kind
from runtime.web.limits import MAX_FORM_POST_BYTES
from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.station_agent.county import CATALOGUE
from tests.station_agent.desk.filling import carried, text_of
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village

LONG = 10_000  # characters of a text; a browser sends nine bytes for each
HOUSEHOLD: dict[str, Any] = {
    "id": "household",
    "name": "分户",
    "materials": [],
    "limits": {"legal": "20wd", "promised": "12wd"},
    "schema": {
        "type": "object",
        "properties": {
            "number": {"type": "string", "title": "身份证号", "format": "cn-resident-id"},
            "born": {
                "type": "string",
                "title": "出生日期",
                "format": "date",
                "derived": {"from": "number", "what": "birth_date"},
            },
            "story": {"type": "string", "title": "经过", "maxLength": LONG},
            "people": {
                "type": "array",
                "title": "成员",
                "maxItems": 30,
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string", "title": "姓名", "maxLength": 50}},
                },
            },
        },
    },
}
EITHER: dict[str, Any] = {
    "id": "either",
    "name": "领取账户",
    "limits": {"legal": "20wd"},
    "materials": [
        {
            "group": "account",
            "name": "账户",
            "attach": "required",
            "one_of": [{"id": "card", "name": "社保卡"}, {"id": "bank", "name": "银行卡"}],
        }
    ],
    "schema": {"type": "object"},
}
FORM = "/items/household/form"


def published(village: Village) -> Village:
    document = {**CATALOGUE, "items": [*CATALOGUE["items"], HOUSEHOLD, EITHER]}
    release = village.county.make_release(2, document)
    village.parent.publish(village.county.news(Kind.RELEASE, release))
    return village


async def sent(visitor: Visitor, typed: dict[str, str]) -> ClientResponse:
    """A new form with what was typed; what answers."""
    path = (await visitor.get(FORM)).headers["Location"]
    return await visitor.post(path, {"token": await visitor.token(path), **typed})


def rows(page: str) -> int:
    return len(set(re.findall(r'name="[^"]*people[^"]*?(\d+)[^"]*name"', page)))


async def test_an_item_says_how_long_it_takes_and_whether_files_must_come(
    village: Village,
) -> None:
    async with published(village).open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        promised = await (await visitor.get("/items/household")).text()
        assert "12 个工作日" in promised
        assert "20 个工作日" not in promised
        either = await (await visitor.get("/items/either")).text()
        assert "20 个工作日" in either
        assert either.count("要拍照或扫描附上 ") == 0
        assert either.count("<small>要拍照或扫描附上") == 2
        assert "/items/either/form" in either


async def test_what_follows_from_a_number_is_filled_in_and_handed_in(village: Village) -> None:
    async with published(village).open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        answer = await sent(visitor, {"number": "11010519491231002x"})
        page = await text_of(visitor, answer.headers["Location"])
        form = json.loads(carried(page)["-form"])
        assert form == {"number": "11010519491231002X", "born": "1949-12-31"}


async def test_more_rows_are_empty_and_keep_what_was_typed(village: Village) -> None:
    async with published(village).open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        answer = await sent(visitor, {"people.0.name": "黄秀英", MORE: "people"})
        more = await text_of(visitor, answer.headers["Location"])
        first = await text_of(visitor, answer.headers["Location"].partition("?")[0])
        assert (rows(first), rows(more)) == (1 + 2, 1 + 5)
        assert "黄秀英" in more


async def test_a_text_as_long_as_its_field_is_taken(village: Village) -> None:
    async with published(village).open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert 9 * LONG > MAX_FORM_POST_BYTES
        path = (await sent(visitor, {"story": "水" * LONG})).headers["Location"]
        page = await text_of(visitor, path)
        answer = await visitor.post(path.replace("/check/", "/hand-in/"), carried(page))
        assert answer.status == 303
        await village.exchange(station)
        (envelope,) = village.parent.envelopes.values()
        assert json.loads(village.county.open(envelope).form) == {"story": "水" * LONG}
