"""What root leaves behind in another account's data folder goes to that account.

Else one command of root's makes files that the service can't open any more. The account is not
taken on while the command runs: the program itself may lie where that account may not look.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def as_owner_of(folder: Path) -> Iterator[None]:
    """Hand over to the owner of ``folder``, at the end, what this process made there as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or folder.stat().st_uid == 0:
        yield
        return
    try:
        yield
    finally:
        _hand_over(folder)


def _hand_over(folder: Path) -> None:
    owner = folder.stat()
    for path in folder.rglob("*"):
        with suppress(OSError):  # gone meanwhile, or on a disk without owners
            if path.lstat().st_uid == 0:
                os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
