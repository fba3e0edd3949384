"""Personal rows go in without the password and come out only with it."""

import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.vault import (
    VaultRecord,
    new_vault,
    open_row,
    read_record,
    record_bytes,
    seal_row,
    unlock,
)
from protocol.errors import (
    DamagedError,
    LockedError,
    PasswordWrongError,
    PeerError,
    UnopenableError,
)
from tests.builders.chance import SeededRandomness
from tests.builders.strategies import flipped

PASSWORD = "龙州 2026 ñ"


@dataclass(frozen=True)
class Vaults:
    locked: VaultRecord
    open: VaultRecord
    key_file: bytes


VAULTS = Vaults(new_vault(PASSWORD, SeededRandomness(1))[0], *new_vault(None, SeededRandomness(2)))


@given(st.binary(max_size=500), st.text(max_size=30))
def test_a_row_comes_out_as_it_went_in(plaintext: bytes, context: str) -> None:
    row = seal_row(VAULTS.open, context, plaintext)
    key = unlock(VAULTS.open, None, VAULTS.key_file)
    assert open_row(key, context, row) == plaintext


def test_a_row_goes_in_while_the_vault_is_locked() -> None:
    row = seal_row(VAULTS.locked, "draft 7", b"name")
    assert open_row(unlock(VAULTS.locked, PASSWORD, None), "draft 7", row) == b"name"


def test_one_row_can_not_be_passed_off_as_another() -> None:
    row = seal_row(VAULTS.open, "draft 7", b"name")
    key = unlock(VAULTS.open, None, VAULTS.key_file)
    with pytest.raises(UnopenableError):
        open_row(key, "draft 8", row)


@given(st.integers(0, 10_000))
def test_a_row_with_any_bit_flipped_is_refused(bit: int) -> None:
    row = seal_row(VAULTS.open, "draft 7", b"name")
    with pytest.raises(UnopenableError):
        open_row(unlock(VAULTS.open, None, VAULTS.key_file), "draft 7", flipped(row, bit))


def test_the_same_password_typed_in_another_form_opens_it() -> None:
    typed = unicodedata.normalize("NFD", PASSWORD)
    assert typed != PASSWORD
    assert unlock(VAULTS.locked, typed, None) == unlock(VAULTS.locked, PASSWORD, None)


@pytest.mark.parametrize("password", ["", "龙州 2026", PASSWORD + " "])
def test_a_wrong_password_is_said_to_be_wrong(password: str) -> None:
    with pytest.raises(PasswordWrongError):
        unlock(VAULTS.locked, password, None)


def test_without_a_password_it_stays_locked() -> None:
    with pytest.raises(LockedError):
        unlock(VAULTS.locked, None, VAULTS.key_file)


@pytest.mark.parametrize("key_file", [None, b"", b"short", bytes(32)])
def test_a_key_file_that_is_lost_or_changed_is_damage(key_file: bytes | None) -> None:
    with pytest.raises(DamagedError):
        unlock(VAULTS.open, None, key_file)


def test_a_vault_has_a_password_or_a_key_file() -> None:
    assert VAULTS.locked.has_password
    assert not VAULTS.open.has_password
    assert len(VAULTS.key_file) == 32
    assert new_vault(PASSWORD, SeededRandomness(1))[1] == b""


def test_two_vaults_with_one_password_share_nothing() -> None:
    one, other = (new_vault(PASSWORD, SeededRandomness(seed))[0] for seed in (5, 6))
    assert one.slots[0].salt != other.slots[0].salt
    assert one.public != other.public
    row = seal_row(one, "x", b"name")
    with pytest.raises(UnopenableError):
        open_row(unlock(other, PASSWORD, None), "x", row)


def test_a_record_comes_back_from_disk_as_it_was_written() -> None:
    assert read_record(record_bytes(VAULTS.locked)) == VAULTS.locked


@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_record(data: bytes) -> None:
    with pytest.raises(PeerError):
        read_record(data)


def test_a_record_whose_public_half_was_exchanged_does_not_open() -> None:
    """Else whoever writes to the disk could have new rows sealed for himself."""
    swapped = VaultRecord(public=VAULTS.open.public, slots=VAULTS.locked.slots)
    with pytest.raises(PasswordWrongError):
        unlock(read_record(record_bytes(swapped)), PASSWORD, None)
