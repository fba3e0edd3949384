"""The files of the county's TLS authorities.

::

    DATA/authority/ca.key, ca.der      the one of the founding
    DATA/authority/ca-1.key, ca-1.der  the next one, and so on

The roster says which one is in use and which one is announced. A pair of files that is not whole
is none: a power cut may leave a key without its certificate, and the next try writes both again.

Source: docs/operations.md, "New keys of the county"; docs/adr/0040-another-tls-authority.md.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from protocol.envelope.keys import KEY_BYTES
from protocol.errors import DamagedError, PeerError
from protocol.ids import NodeId
from protocol.ports import Randomness
from provisioning.keyfiles import read_seed, read_whole
from provisioning.x509 import TlsAuthority, new_tls_authority, read_tls_authority
from runtime.disk.files import sync_folder, write_private

_KEY = re.compile(r"ca(?:-([1-9][0-9]{0,5}))?\.key")


def find_authority(folder: Path, certificate: bytes) -> TlsAuthority | None:
    """The authority with this certificate, if its files are here and whole."""
    whole = (one for _, one in _whole(folder))
    return next((one for one in whole if one.certificate == certificate), None)


def read_authority(folder: Path, certificate: bytes) -> TlsAuthority:
    """As :func:`find_authority`, of the one in use.

    Raises:
        DamagedError: its files are missing or not whole.
    """
    found = find_authority(folder, certificate)
    if found is None:
        raise DamagedError(
            f"{folder}: the key of the TLS authority in use is not here, or not whole"
        )
    return found


def next_authority(
    folder: Path, present: bytes, county: NodeId, randomness: Randomness
) -> TlsAuthority:
    """The authority after the one in use, on disk before this returns.

    One that a power cut left without its announcement is taken up. Raises OSError.
    """
    numbers = {one.certificate: number for number, one in _whole(folder)}
    after = numbers.get(present, 0)
    waiting = min((number for number in numbers.values() if number > after), default=None)
    if waiting is not None:
        return next(one for number, one in _whole(folder) if number == waiting)
    made = new_tls_authority(randomness.token(KEY_BYTES), county, randomness)
    key, certificate = _files(folder, after + 1)
    certificate.unlink(missing_ok=True)  # of another key
    write_private(key, made.secret)
    write_private(certificate, made.certificate)  # whoever finds both uses them
    return made


def drop_before(folder: Path, present: bytes) -> bool:
    """Remove the files of authorities before the one in use; whether there were any.

    Raises OSError.
    """
    number = next((number for number, one in _whole(folder) if one.certificate == present), 0)
    files = [path for before in range(number) for path in _files(folder, before) if path.exists()]
    for path in files:
        path.unlink()
    if files:
        sync_folder(folder)
    return bool(files)


def _whole(folder: Path) -> Iterator[tuple[int, TlsAuthority]]:
    """Every whole pair with its number, the first one first."""
    found = (_KEY.fullmatch(path.name) for path in folder.iterdir())
    for number in sorted(int(match[1] or 0) for match in found if match):
        with suppress(DamagedError, PeerError):
            key, certificate = _files(folder, number)
            yield number, read_tls_authority(read_seed(key), read_whole(certificate))


def _files(folder: Path, number: int) -> tuple[Path, Path]:
    name = f"ca-{number}" if number else "ca"
    return folder / f"{name}.key", folder / f"{name}.der"
