"""Items at a station: the library beside them, urgent ones first, and what holds at this place."""

from typing import Any

import pytest

from protocol.envelope.envelope import Lane
from protocol.errors import MaterialMissingError
from protocol.json_values import from_json, to_json
from protocol.trust.edition import Kind
from station_agent.app import Station
from station_agent.intake.calls import ItemShown, PlaceShown
from station_agent.intake.finding import Finder
from station_agent.intake.items import list_items, show_item
from station_agent.intake.terminal import show_item as print_item
from tests.builders.clerk import status_of
from tests.station_agent.village import Village

SCHEMA = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 30}}}
PAYMENT = {
    "group": "payment",
    "name": "收款账户",
    "attach": "required",
    "one_of": [
        {"id": "social-card", "use": "social-card"},
        {"id": "bank-card", "use": "bank-card", "note": "本人的"},
    ],
}
CATALOGUE: dict[str, Any] = {
    "materials": {
        "social-card": {"name": "社会保障卡"},
        "bank-card": {"name": "银行卡", "hint": "有卡号的一面"},
    },
    "market_days": {"451423000": [{"cal": "solar", "tail": [3, 8]}]},
    "local": {
        "451423000": {
            "place": "金龙镇便民服务中心",
            "items": {"emergency": {"market_day": True}},
        }
    },
    "items": [
        {
            "id": "pension",
            "name": "养老保险",
            "materials": [PAYMENT],
            "schema": SCHEMA,
            "conditions": ["年满60周岁"],
            "limits": {"promised": "5wd"},
        },
        {
            "id": "emergency",
            "name": "急难救助",
            "materials": [],
            "schema": SCHEMA,
            "urgent": True,
        },
    ],
}


def publish(village: Village, **changed: Any) -> None:
    release = village.county.make_release(2, CATALOGUE | changed)
    village.parent.publish(village.county.news(Kind.RELEASE, release))


async def submit(village: Village, station: Station, item: str, *papers: str) -> Any:
    files = [(paper, village.file(100)) for paper in papers]
    return await station.intake.submit(village.submission(item=item, files=files))


async def test_an_application_with_one_of_a_group_is_taken_and_without_any_refused(
    village: Village,
) -> None:
    publish(village)
    async with village.open() as station:
        with pytest.raises(MaterialMissingError) as caught:
            await submit(village, station, "pension")
        assert caught.value.detail == (
            "收款账户（任选其一：社会保障卡 social-card、银行卡 bank-card）"
        )
        application = await submit(village, station, "pension", "银行卡")
        await village.exchange(station)
    opened = village.county.open(village.envelope_of(application))
    assert [one.material for one in opened.attachments] == ["bank-card"]


async def test_what_is_changed_in_the_library_holds_at_once(village: Village) -> None:
    publish(village)
    renamed = CATALOGUE["materials"] | {"bank-card": {"name": "存折或银行卡"}}
    async with village.open() as station:
        before = await station.database.read(lambda tx: show_item(tx, "pension", None))
        release = village.county.make_release(3, CATALOGUE | {"materials": renamed})
        village.parent.publish(village.county.news(Kind.RELEASE, release))
        await village.exchange(station)
        after = await station.database.read(lambda tx: show_item(tx, "pension", None))
        await submit(village, station, "pension", "存折或银行卡")
    assert [one.name for one in before.materials] == ["社会保障卡", "银行卡"]
    assert [one.name for one in after.materials] == ["社会保障卡", "存折或银行卡"]


async def test_what_a_newer_release_calls_an_item_is_found_at_once(village: Village) -> None:
    publish(village)
    finder = Finder()
    renamed = [{**CATALOGUE["items"][0], "name": "城乡居保", "aliases": ["养老钱"]}]
    async with village.open() as station:
        before = await station.database.read(lambda tx: finder.items(tx, "养老保险", None))
        release = village.county.make_release(3, CATALOGUE | {"items": renamed, "local": {}})
        village.parent.publish(village.county.news(Kind.RELEASE, release))
        await village.exchange(station)
        after = await station.database.read(lambda tx: finder.items(tx, "养老钱", None))
        gone = await station.database.read(lambda tx: finder.items(tx, "养老保险", None))
    assert [one.name for one in before.items] == ["养老保险"]
    assert ([one.name for one in after.items], after.release) == (["城乡居保"], 3)
    assert list(gone.items) == []


async def test_an_urgent_item_travels_in_the_urgent_lane(village: Village) -> None:
    publish(village)
    async with village.open() as station:
        urgent = await submit(village, station, "emergency")
        other = await submit(village, station, "pension", "bank-card")
        await village.exchange(station)
    assert village.envelope_of(urgent).header.lane == Lane.URGENT
    assert village.envelope_of(other).header.lane == Lane.APPLICATIONS


async def test_what_a_clerk_is_shown_of_an_item(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(village)
    async with village.open() as station:
        listed = await station.database.read(lambda tx: list_items(tx, None))
        shown = await station.database.read(
            lambda tx: show_item(tx, "pension", None, "451423000201")
        )
    assert [one.required for one in listed] == [[], ["收款账户"]]
    assert shown.here == PlaceShown(place="金龙镇便民服务中心")
    assert shown.facts == {"conditions": ["年满60周岁"], "limits": {"promised": "5wd"}}
    assert [(one.id, one.one_of) for one in shown.materials] == [
        ("social-card", "payment"),
        ("bank-card", "payment"),
    ]
    print_item(from_json(to_json(shown), ItemShown))
    said = capsys.readouterr().out
    for words in (
        "条件：年满60周岁",
        "承诺时限：5个工作日",
        "地点：金龙镇便民服务中心",
        "任选其一：收款账户；本人的；有卡号的一面",
    ):
        assert words in said


async def test_a_clerk_is_shown_all_that_the_library_says_of_a_paper(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    library = {
        "register": {
            "name": "户口簿",
            "pages": ["首页", "本人页"],
            "faults": [{"code": "old", "say": "不是现在的户主"}],
            "originals": 1,
            "copies": 2,
            "keep": "seen",
        }
    }
    paper = {
        "id": "register",
        "use": "register",
        "instead": "promise",
        "later": {"limit": "10wd", "promise": "十个工作日内补交户口簿。"},
    }
    item = {"id": "pension", "name": "养老保险", "materials": [paper], "schema": SCHEMA}
    publish(village, materials=library, items=[item], local={})
    async with village.open() as station:
        shown = await station.database.read(lambda tx: show_item(tx, "pension", None))
    assert to_json(shown)["materials"] == [
        {
            "id": "register",
            "name": "户口簿",
            "attach": "optional",
            "max_bytes": 20 * 2**20,
            "pages": ["首页", "本人页"],
            "originals": 1,
            "copies": 2,
            "keep": "seen",
            "faults": [{"code": "old", "say": "不是现在的户主"}],
            "later": {"limit": "10wd", "promise": "十个工作日内补交户口簿。"},
            "promises": [
                {"id": "register.promise", "name": "户口簿（告知承诺书）"},
                {"id": "register.later", "name": "户口簿（容缺承诺书）"},
            ],
        }
    ]
    print_item(from_json(to_json(shown), ItemShown))
    said = capsys.readouterr().out
    for words in (
        "原件1份，复印件2份，原件核验后退还",
        "可以用户口簿（告知承诺书）（register.promise）代替",
        "可在10个工作日内后补",
    ):
        assert words in said


async def test_an_item_of_market_days_says_when_they_are(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(village)
    async with village.open() as station:
        shown = await station.database.read(
            lambda tx: show_item(tx, "emergency", None, "451423000201")
        )
    assert shown.here.market_day is True
    assert len(shown.here.market_days or ()) == 1
    print_item(shown)
    assert "只在圩日办理" in capsys.readouterr().out


async def test_a_sensitive_item_goes_by_its_neutral_name_in_lists(village: Village) -> None:
    items = [one | {"sensitive": {"name": "民政业务"}} for one in CATALOGUE["items"][:1]]
    publish(village, items=[*items, *CATALOGUE["items"][1:]])
    async with village.open() as station:
        await submit(village, station, "pension", "bank-card")
        await submit(village, station, "emergency")
        status = await status_of(station)
    names = {one["item"]: one["name"] for one in status["applications"]}
    assert names == {"pension": "民政业务", "emergency": "急难救助"}
