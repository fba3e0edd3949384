"""An import onto a full stick adds nobody and leaves no code behind."""

from pathlib import Path

import pytest

from protocol.errors import DiskFullError
from provisioning.bulk.folder import KitFolder
from provisioning.bulk.service import import_table
from tests.builders.disks.small_disk import fill, small_disk
from tests.provisioning.bulk.tables import HUB, STATION, table
from tests.provisioning.scene import Scene


def test_nothing_is_left_on_a_full_stick(scene: Scene, tmp_path: Path) -> None:
    with small_disk(tmp_path / "usb", 1) as usb:
        filled = fill(usb, leave=16_384)
        with pytest.raises(DiskFullError):
            import_table(
                scene.authority,
                table(HUB, STATION),
                KitFolder(usb / "kits"),
                told=lambda _done, _total: None,
            )
        assert [path.name for path in usb.iterdir()] == [filled.name]
    assert scene.authority.roster().version == 1
