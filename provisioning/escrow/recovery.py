"""The recovery key: what opens a county's backups when the county itself is gone.

The county keeps the public half (``DATA/authority/recovery.json``). The private half is made beside
the data folder (``DATA.recovery``, 0600) and has to leave this machine: whole, or as shares.
Whoever holds it also holds the name of the county's root key, so a backup proves by itself that
this county made it.

Source: docs/operations.md, "The recovery key"; docs/adr/0029-sealed-backups.md.
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from protocol.envelope.keys import KEY_BYTES, key_name
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber
from protocol.errors import DamagedError, RecoveryKeyWrongError, SharesError
from protocol.ports import Randomness
from protocol.trust.fingerprint import fingerprint
from runtime.disk.files import disk_errors, write_new, write_private

PUBLIC = "recovery.json"  # in the authority's folder
ENDING = ".recovery"
_SECRET_BYTES = 96  # of an X-Wing key
_DERIVED = b"yizhan/recovery/1"
_WORDS = (
    "本文件能打开县中心的全部备份。请立即移到保险柜里的介质上，不要留在本机，也不要与备份放在一起。"
    "This file opens every backup of the county: keep it away from this machine and the backups."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryKey:
    """The private half, and whose backups it opens."""

    seed: bytes = field(repr=False)
    county: str  # fingerprint of the county's root key, in words; empty: not known

    def opening(self) -> SoftwareOpeningKey:
        """The key that opens."""
        hkdf = HKDF(algorithm=SHA256(), length=_SECRET_BYTES, salt=None, info=_DERIVED)
        return SoftwareOpeningKey(SuiteNumber.XWING, hkdf.derive(self.seed))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicHalf:
    """What the county knows of its recovery key."""

    public: bytes  # X-Wing
    file: Path | None  # where the private half was left; None once it was taken into shares

    @property
    def name(self) -> str:
        """By which key a backup is opened; shown, hex."""
        return key_name(self.public).hex()


def make_recovery(data: Path, file: Path, root: bytes, randomness: Randomness) -> PublicHalf:
    """A new key for the county in ``data``; its private half lies in ``file``, a new one.

    Raises:
        NameTakenError: ``file`` exists.
        DiskFullError, StoreError: it can't be written; nothing changed.
    """
    key = RecoveryKey(seed=randomness.token(KEY_BYTES), county=fingerprint(root))
    write_new(file, _text(key).encode())
    half = PublicHalf(public=key.opening().public_bytes(), file=file.absolute())
    keep_public(data, half)
    return half


def found_recovery(data: Path, file: Path, root: bytes, randomness: Randomness) -> None:
    """Make the first key, unless an interrupted founding made it; raises as :func:`make_recovery`.

    What lies in ``file`` and is not this county's is moved aside.
    """
    if public_half(data) is not None:
        return
    if file.exists():
        held = file.read_bytes()
        if key := _key_of(held, fingerprint(root)):
            keep_public(data, PublicHalf(public=key.opening().public_bytes(), file=file.absolute()))
            return
        with disk_errors():
            file.rename(file.with_name(f"{file.name}-{sha256(held).hexdigest()[:8]}"))
    make_recovery(data, file, root, randomness)


def _key_of(data: bytes, county: str) -> RecoveryKey | None:
    try:
        key = read_recovery(data)
    except SharesError:
        return None
    return key if key.county == county else None


def keep_public(data: Path, half: PublicHalf) -> None:
    """Note the public half in the authority's folder. Raises as :func:`make_recovery`."""
    facts = {"public": half.public.hex(), "file": str(half.file) if half.file else None}
    write_private(_public_path(data), (json.dumps(facts, ensure_ascii=False) + "\n").encode())


def public_half(data: Path) -> PublicHalf | None:
    """What the county in ``data`` knows; None if it never had a recovery key.

    Raises:
        DamagedError: the file can't be understood.
    """
    path = _public_path(data)
    if not path.exists():
        return None
    try:
        facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
        file = Path(facts["file"]) if facts["file"] else None
        return PublicHalf(public=bytes.fromhex(facts["public"]), file=file)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise DamagedError(f"{path}: {type(exc).__name__}") from None


def beside(data: Path) -> Path:
    """Where ``init`` leaves the private half of the county in ``data``."""
    whole = data.absolute()
    return whole.with_name(whole.name + ENDING)


def read_recovery(data: bytes) -> RecoveryKey:
    """The key in a file that :func:`make_recovery` wrote.

    Raises:
        RecoveryKeyWrongError: it is none.
    """
    try:
        facts = json.loads(data.decode("utf-8-sig"))
        key = RecoveryKey(seed=bytes.fromhex(facts["seed"]), county=str(facts["county"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RecoveryKeyWrongError("里面不是恢复密钥") from None
    if len(key.seed) != KEY_BYTES:
        raise RecoveryKeyWrongError("恢复密钥长度不对")
    return key


def _text(key: RecoveryKey) -> str:
    facts = {"words": _WORDS, "county": key.county, "seed": key.seed.hex()}
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


def _public_path(data: Path) -> Path:
    return data / "authority" / PUBLIC
