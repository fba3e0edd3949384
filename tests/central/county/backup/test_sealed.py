"""The file of a backup: unreadable without the recovery key, worth nothing if it was changed."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.county.backup.sealed import Opener, Seal, opened, write_sealed
from protocol.envelope.blob import sealed_size
from protocol.envelope.keys import SoftwareSigner, new_signer
from protocol.errors import (
    BackupDamagedError,
    BackupForeignError,
    BackupSealedError,
    NameTakenError,
    YizhanError,
)
from protocol.limits import CHUNK_BYTES
from protocol.trust.fingerprint import fingerprint
from provisioning.escrow.recovery import RecoveryKey
from provisioning.registrar import delegate
from tests.builders.chance import SeededRandomness
from tests.central.county.backup.place import Place

CHANCE = SeededRandomness(9)
ROOT, REGISTRAR, THIEF = (new_signer(CHANCE) for _ in range(3))
KEY = RecoveryKey(seed=CHANCE.token(32), county=fingerprint(ROOT.public_bytes()))
CONTENT = b"".join(n.to_bytes(4, "big") for n in range(40_000)) + bytes(7)  # three chunks


def seal_of(root: SoftwareSigner = ROOT, registrar: SoftwareSigner = REGISTRAR) -> Seal:
    return Seal(
        root=root.public_bytes(),
        recovery=KEY.opening().public_bytes(),
        delegation=delegate(root, registrar, 0).signed_delegation,
        signer=registrar,
    )


def write(path: Path, content: bytes = CONTENT, how: Seal | None = None) -> bytes:
    write_sealed(path, pieces(content), how or seal_of(), CHANCE)
    return path.read_bytes()


def pieces(content: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), 1000):
        yield content[at : at + 1000]


def read(path: Path, *keys: RecoveryKey, unsigned: bool = False) -> bytes:
    with opened(path, Opener(keys=keys or (KEY,), unsigned=unsigned)) as plain:
        return plain.read()


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, len(CONTENT)])
def test_what_was_sealed_comes_out(tmp_path: Path, size: int) -> None:
    content = CONTENT[:size]
    data = write(tmp_path / "b", content)
    assert read(tmp_path / "b") == content
    assert len(data) < sealed_size(size) + 4096
    assert size < 64 or content[:64] not in data


def test_a_backup_never_takes_the_place_of_another(tmp_path: Path) -> None:
    before = write(tmp_path / "b")
    with pytest.raises(NameTakenError):
        write(tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == before


def test_only_the_key_opens_it_and_the_error_names_it(tmp_path: Path) -> None:
    write(tmp_path / "b")
    other = RecoveryKey(seed=CHANCE.token(32), county=KEY.county)
    assert read(tmp_path / "b", other, KEY) == CONTENT
    with pytest.raises(BackupSealedError):
        read(tmp_path / "b", other)
    with pytest.raises(BackupSealedError), opened(tmp_path / "b", Opener(keys=())):
        pytest.fail("it was opened")


def spoilt(data: bytes) -> Iterator[bytes]:
    """Every kind of place: magic, sizes, head, each chunk, trailer; cut, longer, of two halves."""
    step = max(1, len(data) // 150)
    for at in (*range(0, 1300, 40), *range(1300, len(data) - 400, step), *range(-400, 0, 20)):
        changed = bytearray(data)
        changed[at] ^= 1
        yield bytes(changed)
    for size in (0, 10, 16, 20, 100, 1300, len(data) // 2, len(data) - 400, len(data) - 1):
        yield data[:size]
    yield data + b"\0"
    yield data + data[-400:]
    yield data + data


def test_nothing_that_was_changed_cut_or_added_to_is_believed(tmp_path: Path) -> None:
    data = write(tmp_path / "b")
    for number, changed in enumerate(spoilt(data)):
        path = tmp_path / str(number)
        path.write_bytes(changed)
        with pytest.raises((BackupDamagedError, BackupForeignError, BackupSealedError)):
            read(path)


def test_the_registrar_s_word_on_another_backup_is_none_on_this_one(tmp_path: Path) -> None:
    """Whoever knows the public half can seal a content, and put a true ending behind it."""
    true, other = write(tmp_path / "true"), write(tmp_path / "other", CONTENT + b"more")
    size = int.from_bytes(true[-4:], "big") + 4
    assert size == int.from_bytes(other[-4:], "big") + 4
    (tmp_path / "forged").write_bytes(other[:-size] + true[-size:])
    with pytest.raises(BackupDamagedError):
        read(tmp_path / "forged")


def test_what_another_county_signed_needs_to_be_asked_for(tmp_path: Path) -> None:
    """Whoever knows the public half of the recovery key can seal for it."""
    forged = {
        "another root": seal_of(root=THIEF, registrar=THIEF),
        "a registrar that the root never named": Seal(
            root=ROOT.public_bytes(),
            recovery=KEY.opening().public_bytes(),
            delegation=delegate(THIEF, THIEF, 0).signed_delegation,
            signer=THIEF,
        ),
        "another signer than the root named": Seal(
            root=ROOT.public_bytes(),
            recovery=KEY.opening().public_bytes(),
            delegation=delegate(ROOT, REGISTRAR, 0).signed_delegation,
            signer=THIEF,
        ),
    }
    for name, how in forged.items():
        write(tmp_path / name, how=how)
        with pytest.raises(BackupForeignError):
            read(tmp_path / name)
        assert read(tmp_path / name, unsigned=True) == CONTENT


def test_a_key_that_does_not_know_its_county_believes_nobody(tmp_path: Path) -> None:
    write(tmp_path / "b")
    with pytest.raises(BackupForeignError):
        read(tmp_path / "b", RecoveryKey(seed=KEY.seed, county=""))


def test_what_stands_behind_the_content_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "b")
    with (
        pytest.raises(BackupDamagedError),
        opened(tmp_path / "b", Opener(keys=(KEY,))) as plain,
    ):
        plain.read(1000)


async def test_an_added_account_does_not_restore(place: Place) -> None:
    """Somebody opens a backup, adds to it, and seals it again as well as anybody can."""
    async with place.open() as county:
        made = await place.back_up(county)
    with opened(made.file, Opener(keys=[place.key()])) as plain:
        content = plain.read()
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        assert "authority/registrar.key" in tar.getnames()
    forged = made.file.with_name("forged.backup")
    how = Seal(
        root=county.node.authority.root_public,
        recovery=place.key().opening().public_bytes(),
        delegation=county.node.authority.delegation,
        signer=THIEF,
    )
    write_sealed(forged, [content], how, CHANCE)
    with pytest.raises(BackupForeignError):
        await place.restore(made, file=forged)
    assert not place.restored.exists()
    opener = Opener(keys=[place.key()], unsigned=True)
    restored = await place.restore(made, file=forged, opener=opener)
    assert restored.node == county.node.relay.node


async def test_nothing_of_a_backup_lies_unsealed_on_its_disk(place: Place) -> None:
    async with place.open() as county:
        village = await county.village()
        await county.bring(village.submit())
        seen: list[bytes] = []

        def look(state: object) -> None:
            assert state is not None
            seen.extend(path.read_bytes() for path in place.backups.rglob("*") if path.is_file())

        made = await place.back_up(county, look)
    seen.append(made.file.read_bytes())
    seeds = [(place.data / "node" / "keys.bin").read_bytes()]
    seeds += [path.read_bytes() for path in (place.data / "authority").glob("*.key")]
    for data in seen:
        assert b"SQLite format 3" not in data
        assert not any(seed in data for seed in seeds)
    assert not (place.data / ".backup" / ".new").exists()


def test_every_error_is_one_of_ours(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"yizhan-backup/1\n", b"\xff" * 5000)):
        (tmp_path / str(number)).write_bytes(data)
        with pytest.raises(YizhanError):
            read(tmp_path / str(number))
