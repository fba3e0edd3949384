"""Numbers and health over HTTP: on this computer alone, and true about what is not well."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest

from protocol.errors import UsageError
from runtime.metrics.site import Watching, metrics_address


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


async def fails() -> bool:
    raise OSError("the disk is gone")


async def text() -> str:
    return "yizhan_a 1\n"


@asynccontextmanager
async def opened(**more: Any) -> AsyncIterator[str]:
    settings: dict[str, Any] = {"gather": text, "alive": {"database": yes}, "ready": {}} | more
    async with AsyncExitStack() as stack:
        port = await Watching(**settings).open(stack, "127.0.0.1", 0)
        yield f"http://127.0.0.1:{port}"


async def get(url: str, host: str = "") -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(url, headers={"Host": host} if host else {}) as found,
    ):
        return found.status, await found.text()


async def test_numbers_as_text() -> None:
    async with opened() as url:
        assert await get(f"{url}/metrics") == (200, "yizhan_a 1\n")


async def test_who_asks_again_at_once_costs_nothing() -> None:
    asked = []

    async def gather() -> str:
        asked.append(1)
        return "x"

    async with opened(gather=gather) as url:
        for _ in range(5):
            await get(f"{url}/metrics")
    assert len(asked) == 1


@pytest.mark.parametrize(("check", "status"), [(yes, 200), (no, 503), (fails, 503)])
async def test_a_check_that_says_no_or_fails_is_named(check: Any, status: int) -> None:
    async with opened(ready={"disk": check}) as url:
        found, words = await get(f"{url}/readyz")
        assert found == status
        assert f'"disk": {"true" if status == 200 else "false"}' in words
        assert (await get(f"{url}/healthz"))[0] == 200  # it lives all the same


async def test_a_check_that_hangs_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.metrics.site._ANSWER_S", 0.01)

    async def hangs() -> bool:
        await asyncio.Event().wait()
        return True

    async with opened(alive={"database": hangs}) as url:
        assert (await get(f"{url}/healthz"))[0] == 503
        assert (await get(f"{url}/readyz"))[0] == 503


async def test_a_page_elsewhere_can_not_read_it_by_a_name_of_its_own() -> None:
    async with opened() as url:
        assert (await get(f"{url}/metrics", host="evil.example:9440"))[0] == 421
        assert (await get(f"{url}/metrics", host="localhost:9440"))[0] == 200


@pytest.mark.parametrize("address", ["0.0.0.0:9440", "10.0.0.1:9440", "127.0.0.1", "x", "[::"])
def test_only_an_address_of_this_computer(address: str) -> None:
    with pytest.raises(UsageError, match="本机地址"):
        metrics_address(address)


def test_addresses_of_this_computer() -> None:
    assert metrics_address("127.0.0.1:9440") == ("127.0.0.1", 9440)
    assert metrics_address("[::1]:9440") == ("::1", 9440)


async def test_a_port_that_is_taken() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        watching = Watching(gather=text, alive={}, ready={})
        async with AsyncExitStack() as stack:
            with pytest.raises(UsageError, match="占用"):
                await watching.open(stack, "127.0.0.1", held.getsockname()[1])
