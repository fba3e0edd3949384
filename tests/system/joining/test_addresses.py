"""The county gets another address, and something else answers at the hub's: by real processes."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from examples.sandbox import CommandError, free_port
from provisioning.page_certificate import page_certificate
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = pytest.mark.system


async def test_a_county_that_moves_is_found_by_everybody(township: Township) -> None:
    await township.open()
    box, county, station = township.sandbox, township.county, township.stations[0]
    new = f"https://127.0.0.1:{free_port()}"
    nodes = json.loads(await box.run("yizhan-provision", "show", county.data, "--json"))
    node = next(one["node"] for one in nodes if one["role"] == "county")
    before = (await box.ask(township.hub, "status", "--json"))["roster"]

    async def hub_has_heard() -> bool:
        return bool((await box.ask(township.hub, "status", "--json"))["roster"] > before)

    await box.run("yizhan-provision", "address", county.data, node, "--url", new)
    await until(hub_has_heard)
    await box.stop(county)
    await box.start(county)  # nobody listens at the old address any more

    application = await township.submit(station, 1)
    await township.reaches(station, application, "received", "complete")
    assert [case["application"] for case in await township.cases()] == [application]


async def test_a_station_joins_through_the_county_past_what_stands_at_the_hubs_address(
    township: Township, tmp_path: Path
) -> None:
    await township.open(stations=0)
    box, hub = township.sandbox, township.hub
    await box.stop(hub)
    async with login_page(tmp_path / "portal", hub.url):
        station = await box.station("other", "451423103207", "光满村", hub)
        assert (station.data / "node").is_dir()
        await box.stop(township.county)
        await box.start(township.county)
        kit, code = await invite(township, "451423103208")
        await box.stop(township.county)
        with pytest.raises(CommandError) as refused:
            await box.run(
                *("yizhan-station", "join", kit, "--data", tmp_path / "third", "--code", code)
            )
    assert "[kit.other-county]" in refused.value.stderr
    assert "上网认证页" in refused.value.stderr
    assert hub.url in refused.value.stderr


async def invite(township: Township, code: str) -> tuple[Path, str]:
    """Kit and one-time code of one more station below the hub."""
    kit = township.sandbox.folder / f"{code}.kit"
    add = ("add", township.county.data, "--role", "station", "--code", code, "--name", "横罗村")
    more = ("--parent", township.hub.node, "--kit", kit)
    answer = json.loads(await township.sandbox.run("yizhan-provision", *add, *more))
    return kit, answer["code"]


@asynccontextmanager
async def login_page(folder: Path, url: str) -> AsyncIterator[None]:
    """Something else, with a certificate of its own, answers everything at ``url``."""
    folder.mkdir()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*page_certificate(folder, ["portal"]))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlogin")
        writer.close()

    port = int(url.rsplit(":", 1)[1])
    server = await asyncio.start_server(answer, "127.0.0.1", port, ssl=context)
    async with server:
        yield
