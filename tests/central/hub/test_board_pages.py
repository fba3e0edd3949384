"""The board's pages over a real relay: who may do what, what is told, and that works go on."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from central.accounts.limits import IDLE_S
from central.accounts.roles import StaffRole
from central.relay.ports.role import RelayRole
from central.server.config import ServerConfig
from central.store.migrate import ACCOUNTS, HUB, migrate
from protocol.envelope.keys import SoftwareSigner
from protocol.limits import MAX_REFUSALS
from protocol.trust.slip import Slip, scanned_text, signed_rows
from runtime.control.done import Done
from runtime.control.owner import Report
from runtime.web.application import application
from runtime.web.site import Site
from tests.central.accounts.office import staff_at
from tests.central.hub.boards import hub_site
from tests.central.nodes import County, NodeRelay, between, talk, told
from tests.central.relay.retry.test_poison import Stumbling

PASSWORD = "correct-horse-9"
SECRET = "某人的身份证号码"  # what a form would say


class Desk:
    """Somebody in front of the hub's board."""

    def __init__(self, place: County, hub: NodeRelay, site: Site, client: TestClient) -> None:  # type: ignore[type-arg]
        self.place, self.hub, self.site, self.client = place, hub, site, client
        self.cookie = self.token = ""

    async def log_in(self, role: StaffRole) -> None:
        await self.log_in_as(role.value, role)

    async def log_in_as(self, name: str, role: StaffRole) -> None:
        await staff_at(self.site).accounts.add(name, role, PASSWORD)
        self.cookie = (await self.site.logins.begin(name, PASSWORD, "", address="")).token
        self.token = self.site.forms.tokens.of(self.cookie)

    async def get(self, path: str, **headers: str) -> ClientResponse:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        cookie = f"{self.site.cookie}={self.cookie}; {more.pop('Cookie', '')}"
        return await self.client.get(path, headers={"Cookie": cookie, **more})

    async def post(self, path: str, form: Mapping[str, str]) -> ClientResponse:
        headers = {"Cookie": f"{self.site.cookie}={self.cookie}"}
        data = {"token": self.token, **form}
        return await self.client.post(path, data=data, headers=headers, allow_redirects=False)

    async def carry(self, verb: str, folder: Path, **more: str) -> str:
        """Start, wait for the end, and read the page."""
        answer = await self.post(f"/sticks/{verb}", {"typed": str(folder), **more})
        assert answer.status == 303, await answer.text()
        await self.site.tasks.close()
        return await (await self.get(answer.headers["Location"])).text()


@pytest.fixture
def place(tmp_path: Path) -> County:
    return County(tmp_path)


@pytest.fixture
async def desk(place: County) -> AsyncIterator[Desk]:
    async with place.relay(place.hub) as hub:
        await migrate(hub.store, ACCOUNTS, HUB)

        config = ServerConfig(second_factor="optional")
        site = hub_site(hub, config, place.scene.randomness)
        async with TestClient(TestServer(application(site))) as client:
            site.hosts.open_at(client.port or 0, ("127.0.0.1",))
            yield Desk(place, hub, site, client)


async def defer_one(desk: Desk) -> None:
    """The county refuses an envelope of a village until the hub sets it aside."""
    village = desk.place.village()
    await desk.hub.publish(desk.place.scene.authority.roster().edition)
    async with desk.place.relay(desk.place.county) as county:
        delivered = Stumbling()
        county.serve(RelayRole(deliver=delivered))
        await county.publish(desk.place.scene.authority.roster().edition)
        wire = village.seal(SECRET.encode())
        delivered.over.add(wire)
        village.exchange_store.queue_envelope(wire)
        await talk(village.exchange_store, desk.hub.exchanges.store_for(village.node))
        for _ in range(MAX_REFUSALS):
            await talk(*between(desk.hub, county))


async def test_what_is_set_aside_is_shown_with_its_reason_and_tried_again_on_demand(
    desk: Desk,
) -> None:
    await desk.log_in(StaffRole.OPERATOR)
    await defer_one(desk)
    text = await (await desk.get("/board")).text()
    assert "peer.internal" in text
    assert "独山村" in text
    assert SECRET not in text
    item = re.search('name="item" value="([0-9a-f]{64})"', text)
    assert item
    answer = await desk.post("/board/retry", {"item": item[1]})
    assert (answer.status, answer.headers["Location"]) == (303, "/board")
    assert (await told(desk.hub))["aside"] == []
    assert "没有搁置的" in await (await desk.get("/board")).text()


async def test_who_only_looks_gets_no_button_and_is_refused(desk: Desk, tmp_path: Path) -> None:
    await desk.log_in(StaffRole.AUDIT)
    await defer_one(desk)
    text = await (await desk.get("/board")).text()
    assert "peer.internal" in text
    assert "/board/retry" not in text
    assert 'href="/sticks"' not in text
    assert (await desk.post("/board/retry", {})).status == 403
    assert (await desk.get("/sticks")).status == 403
    form = {"typed": str(tmp_path)}
    assert [(await desk.post(f"/sticks/{verb}", form)).status for verb in ("import", "export")] == [
        403,
        403,
    ]
    assert (await told(desk.hub))["aside_count"] == 1


async def test_a_slip_of_a_village_is_told_from_one_that_was_made_up(desk: Desk) -> None:
    await desk.log_in(StaffRole.AUDIT)
    village = desk.place.village()
    await desk.hub.publish(desk.place.scene.authority.roster().edition)
    signer = village.secrets.node_keys().signer
    slip = Slip(
        station=bytes.fromhex(village.node),
        division="451423103201",
        application=bytes(16),
        envelope=bytes(32),
        item="pension",
        at_ms=1_790_000_000_000,
        number="451423-2026-1-041000017-482915-45",
    )
    for who, status, said in (
        (signer, 200, "451423-2026-1-041000017-482915-45"),
        (SoftwareSigner(bytes(32)), 400, "slip.forged"),
    ):
        form = {"text": scanned_text(signed_rows(who, slip))}
        answer = await desk.post("/slips", form)
        assert answer.status == status
        assert said in await answer.text()
    assert "核验收件凭证" in await (await desk.get("/slips")).text()


async def test_a_stick_goes_out_and_comes_in_and_the_page_says_what_came_of_it(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.log_in(StaffRole.OPERATOR)
    stick, village = tmp_path / "stick", desk.place.village()
    stick.mkdir()
    await desk.hub.publish(desk.place.scene.authority.roster().edition)
    village.exchange_store.queue_envelope(village.seal(SECRET.encode()))
    await talk(village.exchange_store, desk.hub.exchanges.store_for(village.node))
    text = await desk.carry("export", stick)
    assert "导出完成。" in text
    assert "信封 1 件" in text
    text = await desk.carry("export", stick, **{"for": village.node})
    assert "没有需要写入的" in text
    text = await desk.carry("import", stick)
    assert "没有新的资料" in text
    assert "个文件本机已有" in text
    assert "没有收下的" not in text
    (envelope,) = stick.rglob("*.env")
    envelope.write_bytes(b"cut short")
    text = await desk.carry("import", stick)
    assert "没有收下的 · 1" in text or "没有新的资料" in text
    listed = await (await desk.get("/sticks")).text()
    assert listed.count('href="/sticks/') == 4


async def test_refused_files_are_named_up_to_twenty_and_the_rest_is_counted(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.log_in(StaffRole.OPERATOR)
    stick = tmp_path / "stick"
    bag = stick / "yizhan" / f"{desk.place.county.node}-all"
    for n in range(27):
        shelf = bag / f"{n:02x}"
        shelf.mkdir(parents=True)
        (shelf / f"{n:02x}{'0' * 62}.env").write_bytes(b"no envelope")
    text = await desk.carry("import", stick)
    assert "没有收下的 · 28" in text, "the manifest is missing as well"
    assert text.count("<li><code>") == 20
    assert "另有 8 个" in text


@pytest.mark.parametrize(
    ("verb", "code"), [("import", "stick.none"), ("export", "stick.unwritable")]
)
async def test_what_is_wrong_with_a_stick_is_said_in_words(
    desk: Desk, tmp_path: Path, verb: str, code: str
) -> None:
    await desk.log_in(StaffRole.OPERATOR)
    stick = tmp_path / "stick"
    stick.mkdir()
    if verb == "export":
        (stick / "yizhan").write_text("a file is in the way")
    text = await desk.carry(verb, stick)
    assert 'role="alert"' in text
    assert code in text or "stick.hostile" in text


async def test_a_folder_that_is_not_there_is_refused_at_once(desk: Desk) -> None:
    await desk.log_in(StaffRole.OPERATOR)
    answer = await desk.post("/sticks/import", {"typed": "/no/such/stick"})
    assert answer.status == 400
    assert "stick.no-folder" in await answer.text()
    assert desk.site.tasks.by("operator") == []


async def test_a_recipient_that_nobody_offered_is_refused(desk: Desk, tmp_path: Path) -> None:
    await desk.log_in(StaffRole.OPERATOR)
    answer = await desk.post("/sticks/export", {"typed": str(tmp_path), "for": "0" * 16})
    assert answer.status == 400
    assert not (tmp_path / "yizhan").exists()


async def test_a_work_shows_how_far_it_is_and_leads_to_its_result(desk: Desk) -> None:
    await desk.log_in(StaffRole.OPERATOR)
    going = asyncio.Event()

    async def work(report: Report) -> dict[str, int]:
        report(Done(512, 2048))
        await going.wait()
        return {}

    task = desk.site.tasks.start("operator", "stick-export", work, in_bytes=True)
    await asyncio.sleep(0)
    url = f"/sticks/{task.number}"
    answer = await desk.get(url, HX_Request="true")
    text = await answer.text()
    assert "512 B / 2.0 KB" in text
    assert '<progress max="2048" value="512"' in text
    assert "HX-Redirect" not in answer.headers
    going.set()
    await desk.site.tasks.close()
    assert (await desk.get(url, HX_Request="true")).headers["HX-Redirect"] == url


async def test_nobody_sees_the_works_of_another(desk: Desk, tmp_path: Path) -> None:
    await desk.log_in(StaffRole.OPERATOR)
    answer = await desk.post("/sticks/export", {"typed": str(tmp_path)})
    await desk.site.tasks.close()
    await desk.log_in(StaffRole.SYSTEM)
    assert (await desk.get(answer.headers["Location"])).status == 404
    assert 'href="/sticks/' not in await (await desk.get("/sticks")).text()


async def test_a_board_that_renews_itself_does_not_keep_a_login_alive(desk: Desk) -> None:
    await desk.log_in(StaffRole.AUDIT)
    desk.place.scene.clock.tick(0.6 * IDLE_S)
    assert (await desk.get("/board?live", HX_Request="true")).status == 200
    desk.place.scene.clock.tick(0.6 * IDLE_S)
    answer = await desk.get("/board?live", HX_Request="true")
    assert (answer.status, answer.headers["HX-Redirect"]) == (401, "/login?back=/")


async def test_the_board_speaks_english(desk: Desk) -> None:
    await desk.log_in(StaffRole.OPERATOR)
    await defer_one(desk)
    text = await (await desk.get("/board", Cookie=f"language-{desk.hub.node}=en")).text()
    for words in ("envelopes in custody", "Last heard", "Try again", "Set aside"):
        assert words in text
    assert "再试" not in text
