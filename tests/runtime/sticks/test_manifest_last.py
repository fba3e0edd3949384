"""A manifest is written once all that it names is on the stick, content and names."""

from pathlib import Path

import pytest

from protocol.stick.names import FOLDER, HEAD
from tests.builders.disks.disk_order import DiskOrder
from tests.runtime.sticks.bags import BAG, write


def test_a_manifest_comes_behind_what_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = DiskOrder.watch(monkeypatch)
    write(tmp_path, b"one", b"two", b"three")
    bag = tmp_path / FOLDER / str(BAG)
    (named,) = order.when("name", bag / HEAD)
    found = [path for path in bag.rglob("*") if path.is_file() and path.name != HEAD]
    assert len(found) >= 4  # three blobs and the list of them
    for path in found:
        (own,) = order.when("name", path)
        assert own < named
        assert [at for at in order.when("sync", path.parent) if own < at < named], path
    assert order.when("sync", bag)[-1] > named
