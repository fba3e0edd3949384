"""What an export leaves: one sealed file, and a paper of words for each keeper.

::

    TO/root.sealed            lies where it can be found again
    TO/shares/root-1.txt …    one for each keeper; taken apart at once
"""

from collections.abc import Sequence
from pathlib import Path

from protocol.errors import UsageError
from protocol.ports import Randomness
from provisioning.escrow.sealed import SealedFile, What, read_sealed, seal
from provisioning.escrow.shares import KEY_BYTES, combine, split
from provisioning.keyfiles import read_whole
from runtime.disk.files import disk_errors, private_folder, sync_folder, write_new

SHARES = "shares"
_COLUMNS = 4


def export(
    to: Path,
    *,
    what: What,
    county: str,
    secret: bytes,
    threshold: int,
    shares: int,
    randomness: Randomness,
) -> tuple[Path, list[Path]]:
    """Seal ``secret`` into ``to``; the sealed file, and the papers. Both were read back and opened.

    Raises:
        UsageError: files of that name are there, or the numbers make no sense.
        DiskFullError, StoreError: they can't be written.
        SharesError: what was written can't be opened again: the stick is damaged.
    """
    key = randomness.token(KEY_BYTES)
    words = split(key, threshold=threshold, shares=shares)
    sealed = seal(what, county, secret, key)
    file = to / f"{what.value}.sealed"
    papers = [to / SHARES / f"{what.value}-{number}.txt" for number in range(1, shares + 1)]
    if any(path.exists() for path in (file, *papers)):
        raise UsageError(f"{to} 里已有 {what.value} 的封存文件")
    with disk_errors():
        private_folder(to / SHARES)
        write_new(file, sealed.text().encode())
        for number, (path, share) in enumerate(zip(papers, words, strict=True), start=1):
            write_new(path, paper(what, county, share, number, threshold, shares).encode())
        for folder in (to / SHARES, to, to.absolute().parent):
            sync_folder(folder)  # a key is taken away for what is here
    open_sealed(file, papers[:threshold])
    return file, papers


def open_sealed(file: Path, papers: Sequence[Path]) -> tuple[SealedFile, bytes]:
    """A sealed file, and the secret in it.

    Raises:
        SharesError: the shares do not open it.
        DamagedError: a file can't be read.
    """
    sealed = read_sealed(read_whole(file))
    key = combine([words_on(read_whole(path).decode("utf-8", "replace")) for path in papers])
    return sealed, sealed.open(key)


def paper(  # noqa: PLR0917 - in the order in which they stand on it
    what: What, county: str, share: str, number: int, threshold: int, shares: int
) -> str:
    """The text of one share, for printing: lines of words, numbered, below a line of dashes."""
    words = share.split()
    rows = [words[at : at + _COLUMNS] for at in range(0, len(words), _COLUMNS)]
    lines = [
        f"{at * _COLUMNS + 1:>3}  " + "  ".join(f"{word:<9}" for word in row).rstrip()
        for at, row in enumerate(rows)
    ]
    head = (
        f"密钥分片 {what.value} {number}/{shares}（任意 {threshold} 份可开启）",
        f"县指纹 {county}",
        "请单独保管，不要拍照，不要与其他分片放在一起。Keep it apart from the other shares.",
        "-" * 60,
    )
    return "\n".join((*head, *lines, ""))


def words_on(text: str) -> str:
    """The words of a share as it was printed, or typed again with or without its head."""
    body = text.rpartition("---")[2]
    return " ".join(word for word in body.lower().split() if word.isalpha())
