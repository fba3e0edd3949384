"""The vault's files: ``DATA/node/vault.bin``, and ``vault.key`` (0600) if there is no password.

They are made before the node has its identity and move into place with it, so that a station
never lives without its vault. Who may open it changes by one rename; the key file goes after
that, and one that a power cut left opens nothing and goes at the next start.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from protocol.envelope.suites import SoftwareOpeningKey
from protocol.envelope.vault import (
    VaultRecord,
    new_vault,
    open_row,
    read_record,
    record_bytes,
    seal_row,
    unlock,
    with_clerk,
    without_clerk,
)
from protocol.envelope.vault_county import CountyRecipient, CountySlot
from protocol.envelope.vault_rows import RowOpener, RowSealer
from protocol.errors import DamagedError, PeerError, StoreError
from protocol.json_values import from_json, to_json
from protocol.ports import Randomness
from runtime.disk.files import disk_errors, sync_folder, write_private

T = TypeVar("T")

_RECORD, _KEY = "vault.bin", "vault.key"


def make_vault(
    folder: Path,
    password: str | None,
    randomness: Randomness,
    county: CountyRecipient | None = None,
) -> None:
    """Write a fresh vault's files into ``folder``, with a slot for the ``county``."""
    record, key = new_vault(password, randomness, county)
    (folder / _KEY).unlink(missing_ok=True)
    if key:
        write_private(folder / _KEY, key)
    write_private(folder / _RECORD, record_bytes(record))


@dataclass(frozen=True, slots=True)
class OpenVault:
    """An unlocked vault."""

    key: SoftwareOpeningKey
    rows: RowOpener

    @classmethod
    def of(cls, key: SoftwareOpeningKey) -> "OpenVault":
        """The vault that ``key`` opens."""
        return cls(key, RowOpener(key))

    def take_out(self, context: str, sealed: bytes, kind: type[T]) -> T:
        """The ``kind`` that was put in under ``context``.

        Raises:
            DamagedError: it can't be opened.
        """
        try:
            return from_json(json.loads(open_row(self.key, context, sealed)), kind)
        except (PeerError, ValueError) as exc:
            raise DamagedError(f"a row of the vault: {type(exc).__name__}") from None

    def applicant(self, application: str, row: bytes | None) -> str | None:
        """Who handed an application in, if that was kept and can be opened."""
        if row is None:
            return None
        try:
            return self.rows.take_out(applicant_context(application), row).decode()
        except (PeerError, UnicodeDecodeError):
            return None


def applicant_context(application: str) -> str:
    """What the row with an applicant's name is bound to."""
    return f"applicant {application}"


class Vault:
    """Personal data at this station."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._record: VaultRecord = read_record((folder / _RECORD).read_bytes())
        except (OSError, PeerError) as exc:
            raise DamagedError(f"{folder / _RECORD}: {type(exc).__name__}") from None
        if self._record.has_password and (folder / _KEY).exists():
            with suppress(StoreError):  # on a disk that can't be written it stays
                self._drop_key_file()

    @property
    def has_password(self) -> bool:
        """Whether it takes a password to open it."""
        return self._record.has_password

    @property
    def clerks(self) -> tuple[str, ...]:
        """The names of the clerks, in the order in which they came."""
        return self._record.clerks

    @property
    def public(self) -> bytes:
        """Its public half."""
        return self._record.public

    @property
    def county(self) -> CountySlot | None:
        """The slot that the county alone opens; None: it was made where no county was known."""
        return self._record.county

    def put_in(self, context: str, value: object) -> bytes:
        """``value`` sealed; the password is not needed for that."""
        plain = json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":")).encode()
        return seal_row(self._record, context, plain)

    def unlock(self, password: str | None, clerk: str = "") -> OpenVault:
        """Open it; blocks for a tenth of a second where there is a password.

        Raises:
            LockedError: there is a password and none was given.
            PasswordWrongError: it is another one, or nobody is called ``clerk``.
            DamagedError: the key file is gone.
        """
        path = self._folder / _KEY
        key = path.read_bytes() if path.exists() else None
        return OpenVault.of(unlock(self._record, password, key, name=clerk))

    def slot_of(self, clerk: str) -> bytes:
        """What lies in the slot of ``clerk`` now; empty if there is none."""
        slot = self._record.slot(clerk)
        return slot.wrapped if slot else b""

    def let_in(self, opened: OpenVault, clerk: str, password: str, randomness: Randomness) -> None:
        """From now on ``clerk`` opens it with ``password``, and with none that was hers before.

        Raises:
            DiskFullError, StoreError: nothing changed.
        """
        self._keep(with_clerk(self._record, opened.key, clerk, password, randomness))

    def shut_out(self, clerk: str) -> None:
        """From now on no password of ``clerk`` opens it.

        Raises:
            DiskFullError, StoreError: nothing changed.
        """
        self._keep(without_clerk(self._record, clerk))

    def row_sealer(self, randomness: Randomness) -> RowSealer:
        """For many small rows of one process."""
        return RowSealer(self._record, randomness)

    def _keep(self, record: VaultRecord) -> None:
        write_private(self._folder / _RECORD, record_bytes(record))
        self._record = record
        if record.has_password:
            self._drop_key_file()

    def _drop_key_file(self) -> None:
        """What was in it is overwritten: a copy of the record from before could be opened by it."""
        path = self._folder / _KEY
        with disk_errors():
            if not path.exists():
                return
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.write(bytes(size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            sync_folder(self._folder)
