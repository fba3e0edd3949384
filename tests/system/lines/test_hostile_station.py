"""An enrolled station with valid keys of its own does its worst, over real sockets and by stick.

What another station has sent arrives as it was; what the hostile one may not do is refused by a
code, before anything of it is kept.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import Program
from protocol.ids import BlobRef, NodeId
from protocol.limits import MAX_BLOB_BYTES
from tests.system.conftest import Township
from tests.system.launching import start
from tests.system.lines.hostile import Hostile, seen_on
from tests.system.test_chain import _material
from tests.system.waiting import until

pytestmark = pytest.mark.system
SCAN = hashlib.shake_256(b"scan").digest(300_000)


@pytest.fixture
async def scene(township: Township) -> tuple[Township, Hostile]:
    """A township whose second station is hostile; the first one's scan is on a stick only."""
    await township.open(stations=2)
    for station in township.stations:
        await township.sandbox.stop(station)
    return township, Hostile(township.stations[1])


async def submit(township: Township, stick: Path) -> str:
    """The victim hands in an application with a scan, and packs it onto a stick."""
    scan = township.sandbox.folder / "户口簿.jpg"
    scan.write_bytes(SCAN)
    victim = township.stations[0]
    application = await township.submit(victim, 1, "--attach", f"{_material(1)}={scan}")
    await township.sandbox.run(victim.command, "stick", "export", victim.data, stick)
    return application


async def arrived(township: Township, application: str) -> None:
    """The victim's exchange brings it to the county, with the very bytes of the scan."""
    victim = township.stations[0]
    box = township.sandbox

    async def complete() -> bool:
        await box.run(victim.command, "exchange", victim.data)
        (one,) = (await township.status(victim))["applications"]
        assert not one.get("problem")
        return bool(one["state"] == "complete")

    await until(complete)
    (case,) = [one for one in await township.cases() if one["application"] == application]
    (file,) = case["attachments"]
    assert file["sha256"] == hashlib.sha256(SCAN).hexdigest()


async def by_stick(program: Program, stick: Path) -> dict[str, Any]:
    """What the import says, whether or not it calls that a success."""
    command = Path(sys.executable).parent / program.command
    process = await start(command, "stick", "import", program.data, stick, "--json")
    stdout, _ = await process.communicate()
    report: dict[str, Any] = json.loads(stdout)
    return report


async def test_who_announces_anothers_scan_neither_gets_nor_spoils_it(
    scene: tuple[Township, Hostile], tmp_path: Path
) -> None:
    """Before the victim's line and behind it, by line and stick, at the hub and at the county."""
    township, hostile = scene
    own, stolen = tmp_path / "own", tmp_path / "stolen"
    own.mkdir()
    stolen.mkdir()
    await township.sandbox.stop(township.stations[0])  # the thief comes first
    application = await submit(township, stolen)
    envelope, blobs = seen_on(stolen)
    ((blob, size),) = envelope.blobs
    me, victim, county = hostile.identity.node, envelope.origin, envelope.to

    hostile.exchange_store.queue_envelope(false := hostile.wire(county, blobs=[(blob, size + 1)]))
    hostile.queue_parts(BlobRef(me, blob), bytes(size + 1))
    assert set((await hostile.exchange(township.hub)).values()) == {"peer.digest"}
    hostile.queue_parts(BlobRef(victim, blob), bytes(size))
    assert set((await hostile.exchange(township.hub)).values()) == {"peer.blob-unknown"}
    hostile.exchange_store.queue_envelope(hostile.wire(me, blobs=[(blob, size)]))
    assert set((await hostile.exchange(township.hub)).values()) == {"peer.route"}
    hostile.pack(own, county, [hostile.wire(county, blobs=[(blob, size)])], {})
    for place in (township.hub, township.county):
        await by_stick(place, own)

    await township.sandbox.start(township.stations[0])
    await arrived(township, application)

    hostile.queue_parts(BlobRef(victim, blob), bytes(size))
    assert await hostile.exchange(township.hub) == {}, "it is whole: nothing of it is taken"
    hostile.pack(own, county, [false], {BlobRef(me, blob): blobs[BlobRef(victim, blob)]})
    for place in (township.hub, township.county):
        await by_stick(place, own)
    await arrived(township, application)
    out = tmp_path / "out"
    (case,) = await township.cases()
    await township.sandbox.run(
        "yizhan-county", "files", township.county.data, case["case"], "--to", out
    )
    assert [path.read_bytes() for path in out.rglob("*") if path.is_file()] == [SCAN]


async def test_what_no_station_may_send_is_refused_before_it_is_kept(
    scene: tuple[Township, Hostile], tmp_path: Path
) -> None:
    township, hostile = scene
    other, county = township.stations[0].node, hostile.identity.county.node
    blob = hashlib.sha256(b"blob").digest()
    wires = {
        hostile.wire(other): "peer.route",
        hostile.wire(township.hub.node, lane=0): "peer.route",
        hostile.wire(hostile.identity.node): "peer.route",
        hostile.wire(county, lane=0, blobs=[(blob, 48)]): "peer.malformed",
        hostile.wire(county, blobs=[(blob, 30 * 2**40)]): "peer.malformed",
        hostile.wire(county, blobs=[(blob, MAX_BLOB_BYTES + 1)]): "peer.malformed",
        hostile.wire(county, lane=0, payload=bytes(33_000)): "peer.too-large",
    }
    for wire in wires:
        hostile.exchange_store.queue_envelope(wire)
    refused = await hostile.exchange(township.hub)
    assert {wire: refused[hashlib.sha256(wire).digest()] for wire in wires} == wires
    hostile.pack(tmp_path, county, list(wires), {})
    for place in (township.hub, township.county):
        report = await by_stick(place, tmp_path)
        assert sorted({one["code"] for one in report["refused"]}) == sorted({*wires.values()})
    state = await township.sandbox.ask(township.hub, "status", "--json")
    assert state["held"] == []
    assert NodeId(other) not in state["neighbours"] or not state["neighbours"][other].get(
        "envelopes"
    )
