"""The vault: personal data at rest on a station, sealed for a key pair of the station's own.

::

    record = msgpack map (see VaultRecord): the public half, and the private one in slots
    row    = HPKE(suite 2, public half, info = "yizhan/vault-row/1" || context, plaintext)

Everybody who has the record can put something in, so that results arrive while the clerk is
away; only whoever opens a slot takes it out. The context says what a row is, so that no row can
be passed off as another.

Source: docs/security.md, "Clerks of a station".
"""

from protocol.codec import Record, pack, unpack
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber, new_opening_key, seal
from protocol.envelope.vault_county import CountyRecipient, CountySlot
from protocol.envelope.vault_slots import Slot, derive, file_slot, open_slot, password_slot
from protocol.errors import DamagedError, LockedError, PasswordWrongError
from protocol.ports import Randomness

_ROW = b"yizhan/vault-row/1\x00"
_NOBODYS_SALT = bytes(16)


class VaultRecord(Record, frozen=True, kw_only=True):
    """What stands on disk: enough to put in, and to take out with a password or the key file."""

    public: bytes  # X25519, 32 bytes
    slots: tuple[Slot, ...]  # the station's own one, or one for each clerk, in the order made
    county: CountySlot | None = None  # None: made where no county was known, as in tests

    @property
    def has_password(self) -> bool:
        """Whether it takes a password to open it."""
        return all(slot.has_password for slot in self.slots)

    @property
    def clerks(self) -> tuple[str, ...]:
        """The names of those who have a slot of their own."""
        return tuple(slot.name for slot in self.slots if slot.name)

    def slot(self, name: str) -> Slot | None:
        """The slot of a clerk, or of the station itself where ``name`` is empty."""
        return next((slot for slot in self.slots if slot.name == name), None)


def new_vault(
    password: str | None, randomness: Randomness, county: CountyRecipient | None = None
) -> tuple[VaultRecord, bytes]:
    """A fresh vault, and the content of its key file (empty if there is a password)."""
    key, key_file = new_opening_key(SuiteNumber.X25519, randomness), b""
    if password is None:
        slot, key_file = file_slot(key, randomness)
    else:
        slot = password_slot(key, "", password, randomness)
    record = VaultRecord(
        public=key.public_bytes(), slots=(slot,), county=county.slot(key) if county else None
    )
    return record, key_file


def with_clerk(
    record: VaultRecord,
    key: SoftwareOpeningKey,
    name: str,
    password: str,
    randomness: Randomness,
) -> VaultRecord:
    """The record with a slot for ``name``, in place of the one she had; the station's own goes."""
    made = password_slot(key, name, password, randomness)
    if name in record.clerks:
        slots = [made if slot.name == name else slot for slot in record.slots]
    else:
        slots = [*(slot for slot in record.slots if slot.name), made]
    return VaultRecord(public=record.public, slots=tuple(slots), county=record.county)


def without_clerk(record: VaultRecord, name: str) -> VaultRecord:
    """The record without the slot of ``name``."""
    slots = tuple(slot for slot in record.slots if slot.name != name)
    return VaultRecord(public=record.public, slots=slots, county=record.county)


def record_bytes(record: VaultRecord) -> bytes:
    """A record as it stands on disk."""
    return pack(record)


def read_record(data: bytes) -> VaultRecord:
    """A record from disk.

    Raises:
        MalformedError, TooLargeError: it is none.
    """
    return unpack(data, VaultRecord)


def unlock(
    record: VaultRecord, password: str | None, key_file: bytes | None, *, name: str = ""
) -> SoftwareOpeningKey:
    """The private half.

    Raises:
        LockedError: a password is needed and none was given.
        PasswordWrongError: it is not the password of ``name``; nor is any if nobody is called so.
        DamagedError: the key file is missing, or not this vault's.
    """
    if not record.has_password:
        return _by_file(record, key_file or b"")
    if password is None:
        raise LockedError
    slot = record.slot(name)
    kek = derive(password, slot.salt if slot else _NOBODYS_SALT)  # takes as long for nobody
    key = open_slot(slot, record.public, kek) if slot else None
    if key is None:
        raise PasswordWrongError
    return key


def seal_row(record: VaultRecord, context: str, plaintext: bytes) -> bytes:
    """Put ``plaintext`` in; ``context`` is needed again to take it out."""
    return seal(SuiteNumber.X25519, record.public, plaintext, _ROW + context.encode())


def open_row(key: SoftwareOpeningKey, context: str, sealed: bytes) -> bytes:
    """Take a row out.

    Raises:
        UnopenableError: another vault's, changed, or put in with another context.
    """
    return key.unwrap(sealed, _ROW + context.encode())


def _by_file(record: VaultRecord, key_file: bytes) -> SoftwareOpeningKey:
    own = record.slot("")
    key = open_slot(own, record.public, key_file) if own else None
    if key is None:
        raise DamagedError("the vault's key file is missing or changed")
    return key
