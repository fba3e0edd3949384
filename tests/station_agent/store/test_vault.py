"""The vault: anybody puts in, only the password or the key file takes out."""

from pathlib import Path

import pytest

from protocol.envelope.vault import new_vault, open_row, read_record, record_bytes, seal_row, unlock
from protocol.errors import (
    DamagedError,
    LockedError,
    PasswordWrongError,
    StoreError,
    UnopenableError,
)
from station_agent.store.vault import Vault, make_vault
from tests.builders.chance import SeededRandomness


def test_a_row_comes_out_with_the_password_only() -> None:
    record, key_file = new_vault("密码", SeededRandomness())
    record = read_record(record_bytes(record))
    sealed = seal_row(record, "result/1", b"secret")
    assert key_file == b""
    assert open_row(unlock(record, "密码", None), "result/1", sealed) == b"secret"
    with pytest.raises(PasswordWrongError):
        unlock(record, "另一个", None)
    with pytest.raises(PasswordWrongError):
        unlock(record, "", bytes(32))
    with pytest.raises(LockedError):
        unlock(record, None, bytes(32))


def test_without_a_password_the_key_file_opens_it() -> None:
    record, key_file = new_vault(None, SeededRandomness())
    sealed = seal_row(record, "result/1", b"secret")
    assert not record.has_password
    assert open_row(unlock(record, None, key_file), "result/1", sealed) == b"secret"
    for wrong in (None, bytes(32), b"short"):
        with pytest.raises(DamagedError):
            unlock(record, None, wrong)


def test_a_row_cannot_be_passed_off_as_another() -> None:
    record, key_file = new_vault(None, SeededRandomness())
    sealed = seal_row(record, "result/1", b"secret")
    key = unlock(record, None, key_file)
    with pytest.raises(UnopenableError):
        open_row(key, "result/2", sealed)
    with pytest.raises(UnopenableError):
        open_row(key, "result/1", sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_its_files_are_private(tmp_path: Path) -> None:
    make_vault(tmp_path, None, SeededRandomness())
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"vault.bin": 0o600, "vault.key": 0o600}
    make_vault(tmp_path, "密码", SeededRandomness())  # joining again, with one
    assert [path.name for path in tmp_path.iterdir()] == ["vault.bin"]
    assert Vault(tmp_path).has_password


def test_a_vault_says_when_it_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedError):
        Vault(tmp_path)
    make_vault(tmp_path, None, SeededRandomness())
    vault = Vault(tmp_path)
    opened = vault.unlock("whatever: there is no password")
    assert opened.take_out("a", vault.put_in("a", {"x": 1}), dict) == {"x": 1}
    with pytest.raises(DamagedError):
        opened.take_out("b", vault.put_in("a", {"x": 1}), dict)
    (tmp_path / "vault.key").unlink()
    with pytest.raises(DamagedError):
        vault.unlock(None)


def test_what_the_key_file_held_is_overwritten_when_the_first_clerk_comes(tmp_path: Path) -> None:
    make_vault(tmp_path, None, SeededRandomness())
    path, same = tmp_path / "vault.key", tmp_path / "blocks of it"
    same.hardlink_to(path)
    vault = Vault(tmp_path)
    vault.let_in(vault.unlock(None), "韦小芳", "山歌好比春江水啊", SeededRandomness(2))
    assert not path.exists()
    assert same.read_bytes() == bytes(32)


def test_a_clerk_that_could_not_be_written_is_none_and_the_key_file_stays(tmp_path: Path) -> None:
    make_vault(tmp_path, None, SeededRandomness())
    vault = Vault(tmp_path)
    opened, sealed = vault.unlock(None), vault.put_in("a", {"x": 1})
    (tmp_path / "vault.bin").unlink()
    (tmp_path / "vault.bin").mkdir()  # nothing can be put in its place
    with pytest.raises(StoreError):
        vault.let_in(opened, "韦小芳", "山歌好比春江水啊", SeededRandomness(2))
    assert (vault.clerks, vault.has_password) == ((), False)
    assert vault.unlock(None).take_out("a", sealed, dict) == {"x": 1}
