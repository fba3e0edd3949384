"""A folder for what is made once and used by many tests; it goes when the tests end."""

import atexit
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - files in memory, where there are such


def lasting_folder(name: str, *, in_memory: bool = False) -> Path:
    """A new folder whose name begins so."""
    parent = _MEMORY if in_memory and _MEMORY.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix=f"yizhan-{name}-", dir=parent))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
