"""The policy file of a new county, where it is to say more than usual."""

from pathlib import Path

from provisioning.policy.reading import NO_REVIEW
from runtime.disk.files import disk_errors, write_private


def set_review(path: Path, review: str) -> None:
    """Say in a new policy file what review the catalogue needs; one that is there stays.

    Raises:
        StoreError: the disk is full or can't be written.
    """
    if review == NO_REVIEW or path.exists():
        return
    with disk_errors():
        write_private(path, f'[catalogue]\nreview = "{review}"\n'.encode())
