"""Peers' programs: installed ones, or Debian's packages unpacked where nothing of them stays."""

import os
import shutil
from pathlib import Path

from bench.commands import PeerMissingError, run


async def find_program(name: str, package: str, folder: Path, *more: str) -> tuple[str, ...]:
    """What starts program ``name``: installed, or unpacked from Debian's package.

    Packages are only unpacked below ``folder``, so nothing of them stays on the machine.

    Args:
        more: packages whose libraries it needs.

    Raises:
        PeerMissingError: it is not installed and can't be fetched.
    """
    if installed := shutil.which(name):
        return (installed,)
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise PeerMissingError(f"{package} is not installed and there is no apt-get to fetch it")
    place = folder / "packages"
    place.mkdir(parents=True, exist_ok=True)
    await _download((package, *more), place)
    for file in place.glob("*.deb"):
        await run("dpkg-deb", "-x", str(file), str(place / "root"))
    root = place / "root" / "usr"
    libraries = ":".join(map(str, root.glob("lib/*-linux-gnu*")))
    settings = ("env", f"LD_LIBRARY_PATH={libraries}") if libraries else ()
    return (*settings, str(root / "bin" / name))


async def _download(packages: tuple[str, ...], place: Path) -> None:
    download = ("apt-get", "download", "-qq", *packages)
    try:
        await run(*download, cwd=place)
    except PeerMissingError:
        if os.geteuid():
            raise
        await run("apt-get", "update", "-qq")  # a fresh machine has no lists yet
        await run(*download, cwd=place)
