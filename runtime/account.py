"""Whoever is root and works on another account's data folder does it as that account.

Else one command of root's leaves files behind that the service can't open any more.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def as_owner_of(folder: Path) -> Iterator[None]:
    """Make files as the account that ``folder`` belongs to, if this process may choose."""
    if sys.platform == "win32" or os.geteuid() != 0:
        yield
        return
    owner = folder.stat()
    group = os.getegid()
    os.setegid(owner.st_gid)  # first: only root may
    os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
