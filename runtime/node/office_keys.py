"""Keys of a township's office, in its hub's folder: made there, and of use once a county approves.

::

    DATA/office/keys.bin   secret seeds, 0600, in the order made; none is ever taken away
"""

from pathlib import Path

from protocol.codec import Record, pack, unpack
from protocol.envelope.suites import SuiteNumber, new_opening_key
from protocol.errors import DamagedError, YizhanError
from protocol.ports import Randomness
from runtime.disk.files import private_folder, write_private
from runtime.node.identity import SealingSeeds

_FOLDER, _FILE = "office", "keys.bin"


class _Kept(Record, frozen=True, kw_only=True):
    pairs: tuple[SealingSeeds, ...]


def load_office_keys(data: Path) -> tuple[SealingSeeds, ...]:
    """All that were made; none: this hub has no office. Blocks for the disk.

    Raises:
        DamagedError: they are there, and can't be read.
    """
    path = data / _FOLDER / _FILE
    try:
        return unpack(path.read_bytes(), _Kept).pairs if path.exists() else ()
    except (OSError, YizhanError) as exc:
        raise DamagedError(f"{path}: {type(exc).__name__}: {exc}") from None


def add_office_key(data: Path, randomness: Randomness) -> SealingSeeds:
    """One more, on disk before this returns. Blocks for the disk.

    Raises:
        DamagedError: those that are there can't be read.
        DiskFullError, StoreError: it can't be written; the old ones are as they were.
    """
    held = load_office_keys(data)
    pair = SealingSeeds(
        xwing=new_opening_key(SuiteNumber.XWING, randomness).secret,
        x25519=new_opening_key(SuiteNumber.X25519, randomness).secret,
    )
    private_folder(data / _FOLDER)
    write_private(data / _FOLDER / _FILE, pack(_Kept(pairs=(*held, pair))))
    return pair
