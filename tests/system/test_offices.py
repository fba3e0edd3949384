"""Cases that a township's office works on, by real processes, over the line and past kills."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.central.county.documents.test_pdf import words_of
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

RELIEF, PERMIT = "low-income", "village-house"
_FORM = {
    "type": "object",
    "properties": {"name": {"type": "string", "minLength": 1}},
    "required": ["name"],
    "additionalProperties": False,
}
_OFFICE = {"tier": "township", "office": "社会事务办公室"}
CATALOGUE = {
    "title": "乡镇办理",
    "items": [
        {
            "id": RELIEF,
            "name": "最低生活保障审核确认",
            "department": "县民政局",
            "limits": {"legal": "30wd", "promised": "20wd"},
            "materials": [{"id": "income", "name": "家庭收入声明"}],
            "flow": [
                {"id": "a", "kind": "acceptance", "name": "受理", **_OFFICE},
                {"id": "r", "kind": "review", "name": "审核", **_OFFICE},
                {"id": "d", "kind": "decision", "name": "确认"},
            ],
            "schema": _FORM,
        },
        {
            "id": PERMIT,
            "name": "乡村建设规划许可证核发",
            "department": "县自然资源局",
            "limits": {"legal": "20wd"},
            "legal_basis": [{"law": "《城乡规划法》", "clause": "第四十一条"}],
            "materials": [],
            "flow": [
                {"id": "a", "kind": "acceptance", "name": "受理", **_OFFICE},
                {"id": "d", "kind": "decision", "name": "决定", **_OFFICE, "in_name": "township"},
            ],
            "schema": _FORM,
        },
    ],
}


class Office:
    """The office of the only hub, by its commands."""

    def __init__(self, township: Township) -> None:
        self.township = township
        self.data = township.hub.data

    async def ask(self, *argv: object) -> Any:
        out = await self.township.sandbox.run("yizhan-hub", "office", *argv, "--json")
        return json.loads(out)

    async def cases(self, *more: str) -> list[dict[str, Any]]:
        found = await self.ask("cases", self.data, *more)
        return list(found["cases"])

    async def act(self, case: str, action: str, *more: object) -> Any:
        return await self.ask("act", self.data, case, action, *more)

    async def open(self, *more: str) -> None:
        """Ask for a key, and let the county approve it by the code that is read out."""
        asked = await self.ask("request", self.data, *more)
        county, box = self.township.county, self.township.sandbox

        async def arrived() -> bool:
            found = json.loads(
                await box.run("yizhan-county", "office", "list", county.data, "--json")
            )
            return asked["key"] in [one["key"] for one in found["keys"]]

        await until(arrived)
        await box.run(
            "yizhan-county", "office", "approve", county.data, asked["hub"], asked["code"]
        )


async def life(township: Township, case: str) -> dict[str, Any]:
    out = await township.sandbox.run("yizhan-county", "case", township.county.data, case, "--json")
    found: dict[str, Any] = json.loads(out)
    return found


def kinds(found: dict[str, Any]) -> list[str]:
    return [one["kind"] for one in found["events"]]


async def apply(township: Township, item: str, tmp_path: Path, *more: object) -> str:
    """Hand in one application, and wait for its case; its number."""
    (station,) = township.stations
    form = tmp_path / "form.json"
    form.write_text(json.dumps({"name": "黄小明"}), "utf-8")
    box, numbers = township.sandbox, list[str]()
    out = await box.run(
        "yizhan-station", "submit", station.data, "--item", item, "--form", form, *more
    )
    application = json.loads(out)["application"]

    async def arrived() -> bool:
        numbers[:] = [
            one["case"] for one in await township.cases() if one["application"] == application
        ]
        return bool(numbers)

    await until(arrived)
    return numbers[0]


@pytest.fixture
async def office(township: Township, tmp_path: Path) -> Office:
    await township.open()
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps(CATALOGUE, ensure_ascii=False), "utf-8")
    answer = await township.sandbox.run(
        "yizhan-county", "publish", township.county.data, file, "--anyway", "--json"
    )
    release = json.loads(answer)["release"]

    async def arrived() -> bool:
        return all(
            [(await township.status(one))["release"] == release for one in township.stations]
        )

    await until(arrived)
    return Office(township)


async def given(office: Office, case: str) -> None:
    async def there() -> bool:
        return case in [one["case"] for one in await office.cases()]

    await until(there)


async def test_an_office_accepts_and_looks_and_the_county_decides(
    office: Office, township: Township, tmp_path: Path
) -> None:
    paper = tmp_path / "收入声明.jpg"
    paper.write_bytes(b"\xff\xd8" + bytes(range(256)) * 500)
    case = await apply(township, RELIEF, tmp_path, "--attach", f"income={paper}")
    assert await office.cases() == []  # a hub without an office reads nothing
    await office.open()
    await given(office, case)
    shown = await office.ask("case", office.data, case)
    assert json.loads(shown["form"]) == {"name": "黄小明"}
    assert [one["material"] for one in shown["papers"]] == ["家庭收入声明"]
    assert kinds(await life(township, case)) == ["received", "office-given"]
    await office.act(case, "accept", "--as", "农梅")

    await township.sandbox.kill("county")  # what is done meanwhile waits at the hub
    await office.act(case, "pass", "--as", "农梅", "--note", "情况属实")
    assert await office.cases() == []
    await township.sandbox.kill("hub")  # right after its answer
    await asyncio.gather(
        township.sandbox.start(township.county), township.sandbox.start(township.hub)
    )

    async def back() -> bool:
        return kinds(await life(township, case))[-1] == "office-returned"

    await until(back)
    found = await life(township, case)
    assert kinds(found) == ["received", "office-given", "accepted", "passed", "office-returned"]
    assert {one["by"] for one in found["events"][2:4]} == {"农梅"}
    assert found["events"][2]["right"].endswith("社会事务办公室")

    async def confirmed() -> bool:
        (one,) = await office.cases("--past")
        return bool(one["confirmed"])

    await until(confirmed)
    await township.sandbox.run(
        "yizhan-county",
        "decide",
        township.county.data,
        case,
        "--outcome",
        "approved",
        "--note",
        "确认",
    )
    (station,) = township.stations

    async def told() -> bool:
        (one,) = (await township.status(station))["applications"]
        return bool(one["state"] == "decided")

    await until(told)


async def test_an_office_decides_and_its_village_hears_of_it(
    office: Office, township: Township, tmp_path: Path
) -> None:
    await office.open()
    case = await apply(township, PERMIT, tmp_path)
    await given(office, case)
    await office.act(case, "accept", "--as", "农梅")
    fields = tmp_path / "fields.json"
    fields.write_text('{"outcome":"approved"}', "utf-8")
    await office.act(case, "decide", "--as", "黄镇长", "--fields", fields, "--note", "准予")
    (station,) = township.stations

    async def told() -> bool:
        (one,) = (await township.status(station))["applications"]
        return bool(one["state"] == "decided")

    await until(told)
    assert kinds(await life(township, case))[-2:] == ["decided", "office-returned"]
    read = await document_of(township, case, tmp_path / "pdf")
    assert read.startswith("金龙镇人民政府准予决定书金龙镇人民政府准字")
    assert "县自然资源局" not in read
    assert "向龙州县人民法院提起行政诉讼。被申请人、被告为金龙镇人民政府" in read

    async def lies_there() -> bool:
        out = await township.sandbox.run("yizhan-station", "lying", station.data, "--json")
        return "document" in [one["kind"] for one in json.loads(out)]

    await until(lies_there)


async def document_of(township: Township, case: str, folder: Path) -> str:
    """What can be read in the first document that the county makes of a case by itself."""
    box, county, numbers = township.sandbox, township.county, list[str]()

    async def issued() -> bool:
        out = await box.run("yizhan-county", "documents", "list", county.data, case, "--json")
        numbers[:] = [one["number"] for one in json.loads(out) if one["n"]]
        return bool(numbers)

    await until(issued)
    folder.mkdir()
    out = await box.run(
        *("yizhan-county", "documents", "pdf", county.data, case, numbers[0]),
        *("--to", folder, "--json"),
    )
    return words_of(Path(json.loads(out)["path"]).read_bytes())


async def test_the_loss_of_an_office_loses_nothing(
    office: Office, township: Township, tmp_path: Path
) -> None:
    await office.open()
    case = await apply(township, RELIEF, tmp_path)
    await given(office, case)
    await office.act(case, "accept", "--as", "农梅")

    async def accepted() -> bool:
        return "accepted" in kinds(await life(township, case))

    await until(accepted)
    box, county = township.sandbox, township.county
    (office.data / "office" / "keys.bin").unlink()  # the disk forgets the key
    await box.kill("hub")
    await box.run(
        "yizhan-county", "office", "reclaim", county.data, township.hub.node, "--note", "电脑损坏"
    )
    await box.start(township.hub)
    await office.open("--new")
    (before,) = await office.cases()  # sealed for the key that is lost
    await box.run("yizhan-county", "act", county.data, case, "to-office")

    async def given_anew() -> bool:
        (one,) = await office.cases()
        return bool(one["given_ms"] > before["given_ms"])

    await until(given_anew)
    await office.act(case, "pass", "--as", "农梅")

    async def back() -> bool:
        return kinds(await life(township, case))[-1] == "office-returned"

    await until(back)
    assert kinds(await life(township, case)) == [
        *("received", "office-given", "accepted", "office-reclaimed", "office-wanted"),
        *("office-given", "passed", "office-returned"),
    ]
