"""Real processes with real TLS: renewed keys are asked for, taken at a start, and trusted."""

from pathlib import Path

import pytest

from examples.sandbox import Program
from runtime.node.identity import keys_number, load_identity
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.slow]


async def renew(township: Township, program: Program, command: str) -> None:
    """Ask for new keys, wait for their certificate, and start the program anew."""
    data = Path(program.data)
    asked = keys_number(data / "node") + 1
    await township.sandbox.run(command, "renew", program.data)

    async def certificate_is_here() -> bool:
        return (data / "node" / f"keys-{asked}" / "tls.pem").exists()

    await until(certificate_is_here)

    async def is_taken() -> bool:
        await township.sandbox.stop(program)
        await township.sandbox.start(program)
        return keys_number(data / "node") == asked

    await until(is_taken)


async def test_station_and_hub_go_on_with_new_keys(township: Township) -> None:
    await township.open()
    (station,) = township.stations
    before = load_identity(Path(station.data)).keys.signer.public_bytes()
    await renew(township, station, "yizhan-station")
    assert load_identity(Path(station.data)).keys.signer.public_bytes() != before
    first = await township.submit(station, 1)
    await township.reaches(station, first, "received", "complete")
    await renew(township, township.hub, "yizhan-hub")
    second = await township.submit(station, 2)
    await township.reaches(station, second, "received", "complete")


async def test_a_station_that_was_off_while_its_hub_got_other_keys_delivers(
    township: Township,
) -> None:
    await township.open()
    (station,) = township.stations
    await township.sandbox.stop(station)
    await renew(township, township.hub, "yizhan-hub")
    await township.sandbox.start(station)
    first = await township.submit(station, 1)
    await township.reaches(station, first, "received", "complete")
    assert (await township.status(station))["standing"] is None
