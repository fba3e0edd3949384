"""What ``doctor`` says of the computer."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from protocol.limits import MIB
from runtime.disk.space import DiskSpace, room_of
from runtime.doctor.command import lines
from runtime.doctor.finding import Found
from runtime.doctor.machine import Machine, clock_faults

SOUND = Machine(
    room=DiskSpace(free=50_000 * MIB, total=100_000 * MIB, files_free=100_000, files_total=200_000),
    reserve_bytes=64 * MIB,
    read_only=False,
    filesystem="ext4",
    memory_mib=2000,
    descriptors=65_536,
    descriptors_wanted=9000,
    sqlite=(3, 51, 3),
)
FAULTS = [
    ({"room": DiskSpace(free=60 * MIB, total=100_000 * MIB)}, "disk.full", "磁盘满了"),
    ({"room": DiskSpace(free=900 * MIB, total=100_000 * MIB)}, "disk.low", "磁盘快满了"),
    ({"room": replace(SOUND.room, files_free=3)}, "disk.no-files", "inode"),
    ({"read_only": True}, "disk.read-only", "只能读"),
    ({"filesystem": "cifs"}, "disk.unsafe", "网络盘"),
    ({"filesystem": "vfat"}, "disk.unsafe", "断电时可能丢数据"),
    ({"memory_mib": 40}, "memory.low", "内存"),
    ({"descriptors": 1024}, "limit.files-low", "打开的文件太少"),
    ({"sqlite": (3, 40, 1)}, "sqlite.old", "3.51.3"),
]


def test_nothing_is_wrong_with_a_sound_one() -> None:
    assert list(SOUND.faults()) == []


@pytest.mark.parametrize(("change", "code", "words"), FAULTS, ids=lambda one: str(one)[:30])
def test_each_fault_is_named(change: dict[str, object], code: str, words: str) -> None:
    found = list(replace(SOUND, **change).faults())  # type: ignore[arg-type]
    assert [one.code for one in found] == [code]
    assert words in "\n".join(lines(found))


@pytest.mark.parametrize(("error_ms", "found"), [(299_999, 0), (300_000, 1), (-86_400_000, 1)])
def test_a_clock_counts_as_wrong_from_five_minutes_on(error_ms: int, found: int) -> None:
    assert len(list(clock_faults(error_ms))) == found
    assert list(clock_faults(None)) == []


def test_a_day_behind_is_said_in_minutes() -> None:
    assert list(clock_faults(-86_400_000)) == [Found("clock.wrong", "-1440 分钟")]


def test_this_computer_is_measured(tmp_path: Path) -> None:
    here = Machine.measure(tmp_path, reserve_bytes=0, descriptors_wanted=16)
    assert here.room.total == room_of(tmp_path).total
    assert here.filesystem
    assert (here.memory_mib or 0) > 1
    assert here.descriptors == 16
    assert here.sqlite == sqlite3.sqlite_version_info
    assert not here.read_only
