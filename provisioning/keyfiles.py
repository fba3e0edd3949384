"""The authority's private keys as files.

A key is its 32-byte Ed25519 seed and nothing else, readable by its owner only.
"""

from pathlib import Path

from protocol.envelope.keys import KEY_BYTES
from protocol.errors import DamagedError
from runtime.cli.failures import reason


def read_seed(path: Path) -> bytes:
    """The seed in a key file.

    Raises:
        DamagedError: the file is missing or is not a seed.
    """
    seed = read_whole(path)
    if len(seed) != KEY_BYTES:
        raise DamagedError(f"{path}: {len(seed)} bytes, a key has {KEY_BYTES}")
    return seed


def read_whole(path: Path) -> bytes:
    """The bytes of a file of the authority.

    Raises:
        DamagedError: it can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as exc:
        raise DamagedError(f"{path}: {reason(exc)}") from None
