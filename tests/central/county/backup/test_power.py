"""The power goes at any step: there is no half backup, no SAFE without one, no half county."""

import pytest

from central.county.backup.models import BackupRow
from provisioning.escrow.recovery import beside
from runtime.control.done import Done
from runtime.control.owner import Report
from tests.builders.disks.disk_order import DiskOrder
from tests.builders.disks.power import COMMIT, PowerCut, cut_power_before
from tests.central.county.backup.place import Place, envelope_id


def cut_at(step: str) -> Report:
    """A report that never comes back from the beginning of ``step``."""

    def report(state: Done) -> None:
        if state.step == step:
            raise PowerCut

    return report


@pytest.mark.parametrize("step", ["database", "authority", "blobs", "archive", "name", "receipts"])
async def test_a_cut_while_a_backup_is_made(any_place: Place, step: str) -> None:
    async with any_place.open() as county:
        village = await county.village()
        scan = village.scan(b"scan" * 1000)
        wires = [village.submit(scan), village.submit()]
        await county.bring(*wires, scan)
        with pytest.raises(PowerCut):
            await any_place.back_up(county, cut_at(step))

    async with any_place.open() as county:  # the server starts again
        assert len(any_place.files()) == (step == "receipts")
        assert await county.safe(village) == []
        assert await county.count(BackupRow) == 0
        made = await any_place.back_up(county)
        assert sorted(await county.safe(village)) == sorted(map(envelope_id, wires))
        any_place.unpack(made.file)
        left = {path.name for path in any_place.backups.iterdir()} - {".lock", "blobs"}
        assert left == {file.name for file in any_place.files()}


@pytest.mark.parametrize(
    ("step", "passing"),
    [
        ("INSERT INTO county_counter", 0),
        ("INSERT INTO backup", 0),
        ("UPDATE received", 0),
        ("INSERT INTO spool", 0),
        (COMMIT, 0),
        ("UPDATE received", 1),
        ("INSERT INTO spool", 1),
        (COMMIT, 1),
    ],
)
async def test_a_cut_while_safe_is_told_leaves_the_rest_to_the_next_backup(
    any_place: Place, step: str, passing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the first or in the second transaction; each has two envelopes of five."""
    monkeypatch.setattr("central.county.backup.safety._PAGE", 2)
    async with any_place.open() as county:
        village = await county.village()
        wires = [village.submit() for _ in range(5)]
        await county.bring(*wires)
        cut_power_before(county.node.relay.store.engine, step, passing=passing)
        with pytest.raises(PowerCut):
            await any_place.back_up(county)

    async with any_place.open() as county:
        told = await county.safe(village)
        assert len(told) == 2 * passing
        assert await county.count(BackupRow) == passing
        await any_place.back_up(county)
        assert sorted(await county.safe(village)) == sorted(map(envelope_id, wires))


@pytest.mark.parametrize("step", ["unpack", "blobs", "database", "receipts", "name"])
async def test_a_cut_while_a_county_is_restored(place: Place, step: str) -> None:
    async with place.open() as county:
        village = await county.village()
        scan = village.scan(b"scan")
        await county.bring(village.submit(scan), scan)
        made = await place.back_up(county)
    with pytest.raises(PowerCut):
        await place.restore(made, cut_at(step))
    assert not place.restored.exists()

    restored = await place.restore(made)
    assert (restored.blobs, restored.safe) == (1, 1)
    async with place.open(place.restored) as county:
        assert len(await county.cases()) == 1
    left = {path.name for path in place.folder.iterdir()}
    assert left == {
        place.data.name,
        beside(place.data).name,
        place.backups.name,
        place.restored.name,
    }


async def test_all_of_a_restored_county_is_on_disk_before_it_has_its_name(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place.open() as county:
        village = await county.village()
        card = village.scan(b"card" * 100)
        await county.bring(village.submit(card), card)
        made = await place.back_up(county)
    order = DiskOrder.watch(monkeypatch)
    await place.restore(made)
    (named,) = order.when("name", place.restored)
    building = place.restored.with_name("restored.restoring")
    synced = {path for kind, path in order.events[:named] if kind == "sync"}
    files = {building / path.relative_to(place.restored) for path in place.restored.rglob("*")}
    assert {building, *files} <= synced
    assert order.events[named + 1] == ("sync", place.restored.parent)
