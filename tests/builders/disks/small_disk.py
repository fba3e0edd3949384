"""A real file system of a few MB, full when it is full."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PAGE_BYTES = 4096


@contextmanager
def small_disk(folder: Path, mib: int, *, files: int = 0) -> Iterator[Path]:
    """A tmpfs of ``mib`` MiB at ``folder``; whoever may not mount runs the test by ``unshare -rm``.

    Args:
        files: how many it can hold; 0: as many as there is room for.

    Raises:
        CalledProcessError: mounting is not allowed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={mib}m,nr_inodes={files}", "tmpfs"]
    subprocess.run(["mount", *options, folder], check=True)  # noqa: S607 - wherever it is
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S607 - the same


def fill(folder: Path, *, leave: int = 0) -> Path:
    """Take every byte but ``leave``; the file that holds them."""
    path = folder / "holiday-photos"
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(_PAGE_BYTES)):
            pass
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - leave)
    return path


def use_up_files(folder: Path) -> None:
    """Make so many empty files that no other can be made."""
    with suppress(OSError):
        for number in range(100_000):
            (folder / f"crumb-{number}").touch()


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """``folder`` as a disk gives it that the kernel has made read-only.

    Raises:
        CalledProcessError: mounting is not allowed.
    """
    subprocess.run(["mount", "--bind", folder, folder], check=True)  # noqa: S607 - wherever it is
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)  # noqa: S607
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S607 - the same
