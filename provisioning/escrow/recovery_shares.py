"""The recovery key as papers: a few of them open every backup, without any other file.

::

    TO/shares/recovery-1.txt …    one for each keeper; taken apart at once
"""

from collections.abc import Sequence
from pathlib import Path

from protocol.errors import SharesError, UsageError
from provisioning.escrow.folder import SHARES, paper, words_on
from provisioning.escrow.recovery import RecoveryKey
from provisioning.escrow.sealed import What
from provisioning.escrow.shares import combine, split
from provisioning.keyfiles import read_whole
from runtime.disk.files import private_folder, write_new

_COUNTY = "县指纹 "


def write_shares(to: Path, key: RecoveryKey, *, threshold: int, shares: int) -> list[Path]:
    """Split ``key`` into papers, which were read back and opened when this returns.

    Raises:
        UsageError: papers of that name are there, or the numbers make no sense.
        DiskFullError, StoreError: they can't be written.
        SharesError: what was written gives another key: the stick is damaged.
    """
    words = split(key.seed, threshold=threshold, shares=shares)
    what = What.RECOVERY
    papers = [to / SHARES / f"{what.value}-{number}.txt" for number in range(1, shares + 1)]
    if any(path.exists() for path in papers):
        raise UsageError(f"{to} 里已有 {what.value} 的分片")
    private_folder(to / SHARES)
    for number, (path, share) in enumerate(zip(papers, words, strict=True), start=1):
        write_new(path, paper(what, key.county, share, number, threshold, shares).encode())
    if read_shares(papers[:threshold]) != key:
        raise SharesError(f"{to}: 写出的分片与恢复密钥不符")
    return papers


def read_shares(papers: Sequence[Path]) -> RecoveryKey:
    """The key that the papers give, and whose it is if they say so.

    Raises:
        SharesError: they do not fit each other, or are too few.
        DamagedError: one can't be read.
    """
    texts = [read_whole(path).decode("utf-8-sig", "replace") for path in papers]
    counties = {county for text in texts if (county := _county(text))}
    if len(counties) > 1:
        raise SharesError("分片上的县指纹不同")
    seed = combine([words_on(text) for text in texts])
    return RecoveryKey(seed=seed, county=counties.pop() if counties else "")


def _county(text: str) -> str:
    """The county's fingerprint on a paper; empty if only the words were typed."""
    found = [line for line in text.splitlines() if line.startswith(_COUNTY)]
    return " ".join(found[0].removeprefix(_COUNTY).split()) if found else ""
