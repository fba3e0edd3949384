"""Cards, kits and shares are private, and on disk before anything counts on them."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.bulk.folder import KitFolder
from provisioning.bulk.service import import_table
from provisioning.escrow.recovery import beside, found_recovery
from provisioning.escrow.service import KeyEscrow, Terms
from runtime.node.identity import pending_secrets
from tests.builders.chance import SeededRandomness
from tests.builders.disks.disk_order import DiskOrder
from tests.provisioning.bulk.tables import HUB, STATION, table
from tests.provisioning.scene import Scene

TERMS = Terms(threshold=2, shares=3)


@pytest.fixture(autouse=True)
def loose() -> Iterator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def require_private(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_kits_and_cards_are_private_and_last_before_their_folder_has_its_name(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, kits = DiskOrder.watch(monkeypatch), tmp_path / "kits"
    import_table(
        scene.authority, table(HUB, STATION), KitFolder(kits), told=lambda _done, _total: None
    )
    require_private(kits)
    (named,) = order.when("name", kits)
    found = files_in(kits)
    assert len(found) == 5  # two kits, two cards, all cards
    growing = kits.with_name("kits.new")
    for path in found:
        grown = growing / path.relative_to(kits)
        assert order.lasts(grown, before=named), path
    assert order.when("sync", tmp_path)[-1] > named


@pytest.mark.parametrize("what", ["root", "recovery"])
def test_papers_are_private_and_last_before_the_key_goes(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    root = scene.authority.root_public
    found_recovery(scene.data, beside(scene.data), root, SeededRandomness(3))
    key = scene.data / "authority" / "root.key" if what == "root" else beside(scene.data)
    order, safe = DiskOrder.watch(monkeypatch), KeyEscrow(scene.authority)
    export = safe.export_root if what == "root" else safe.export_recovery
    written = export(tmp_path / "safe", TERMS)
    require_private(tmp_path / "safe" / "shares")
    (gone,) = order.when("gone", key)
    for path in written:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert order.lasts(path, before=gone), path


def test_the_keys_of_a_joining_are_private_and_last_before_anybody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = DiskOrder.watch(monkeypatch)
    pending_secrets(tmp_path / "data", SeededRandomness(1))
    path = tmp_path / "data" / "node.new" / "keys.bin"
    require_private(tmp_path / "data")
    assert order.lasts(path, before=len(order.events))
