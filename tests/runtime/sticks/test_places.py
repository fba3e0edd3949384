"""Where sticks are looked for, and which folders somebody may name."""

from pathlib import Path

import pytest

from protocol.errors import StickFolderError
from runtime.sticks.places import MAX_PLACES, places, stick_folder


class Machine:
    """``proc`` and ``sys`` of a machine with these disks."""

    def __init__(self, root: Path) -> None:
        self.root, self._lines, self._disks = root, list[str](), 0
        (root / "proc/self").mkdir(parents=True)
        (root / "sys/dev/block").mkdir(parents=True)

    def mount(self, name: str, way: str, **facts: str) -> Path:
        """A partition of a disk whose device lies at ``way``; ``facts`` are files of the disk."""
        self._disks += 1
        folder = self.root / "mounted" / name
        folder.mkdir(parents=True)
        device = f"8:{self._disks}"
        if way:
            disk = self.root / "sys/devices" / way / f"sd{self._disks}"
            (disk / "device").mkdir(parents=True)
            (disk / f"sd{self._disks}1").mkdir()
            for fact, text in facts.items():
                (disk / fact.replace("_", "/")).write_text(text + "\n")
            (self.root / "sys/dev/block" / device).symlink_to(disk / f"sd{self._disks}1")
        told = str(folder).replace(" ", "\\040")
        self._lines.append(f"{self._disks} 1 {device} / {told} rw,nosuid - vfat /dev/x rw")
        (self.root / "proc/self/mountinfo").write_text("\n".join(self._lines) + "\n", "utf-8")
        return folder


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_only_removable_media_are_offered(machine: Machine) -> None:
    stick = machine.mount("my stick", "pci0/usb1/1-2/host6/block", removable="1")
    disk = machine.mount("usb disk", "pci0/usb1/1-3/host7/block", removable="0")
    card = machine.mount("卡", "platform/mmc_host/mmc0/block", removable="0", device_type="SD")
    drive = machine.mount("drive", "pci0/ata3/block", removable="1")
    machine.mount("home", "pci0/ata1/block", removable="0")
    machine.mount("inside", "platform/mmc_host/mmc1/block", removable="0", device_type="MMC")
    machine.mount("share", "")
    (stick / "YIZHAN").mkdir()
    found = {place.path: place for place in places(machine.root)}
    assert set(found) == {str(folder) for folder in (stick, disk, card, drive)}
    assert [path for path, place in found.items() if place.packed] == [str(stick)]
    assert all(place.free for place in found.values())


def test_a_machine_that_says_nothing_of_its_disks_has_no_stick(tmp_path: Path) -> None:
    assert places(tmp_path) == []


def test_lines_that_nobody_understands_are_passed_over(machine: Machine) -> None:
    stick = machine.mount("stick", "pci0/usb1/block", removable="1")
    told = machine.root / "proc/self/mountinfo"
    told.write_text("\nstrange\n" + told.read_text("utf-8"), "utf-8")
    assert [place.path for place in places(machine.root)] == [str(stick)]


def test_the_list_is_bounded(machine: Machine) -> None:
    for n in range(MAX_PLACES + 5):
        machine.mount(f"{n:03}", f"usb{n}", removable="1")
    assert len(places(machine.root)) == MAX_PLACES


def test_a_folder_that_is_there_may_be_named(tmp_path: Path) -> None:
    assert stick_folder(str(tmp_path)) == tmp_path


@pytest.mark.parametrize(
    "text", ["", "stick", "./stick", "/no/such/folder", "/\0", "/" + "x" * 999]
)
def test_nothing_else_may_be_named(text: str) -> None:
    with pytest.raises(StickFolderError):
        stick_folder(text)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StickFolderError):
        stick_folder(str(tmp_path / "file"))
