"""The file of a backup: whatever happens to its bytes, it is whole or it is refused."""

import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.county.backup.archive import Facts, archive_pieces, unpack_archive
from protocol.errors import BackupDamagedError

FACTS = Facts(
    node="ab" * 8, name="龙州县", at_ms=1_790_000_000_000, instance="cd" * 8, receipts=7, blobs=2
)
MEMBERS = {
    "county.db": b"database" * 300,
    "blobs.txt": b"00" * 32 + b"\n",
    "county.toml": b'listen = "127.0.0.1:1"\n',
    "authority/authority.db": b"authority" * 100,
    "authority/registrar.key": b"k" * 32,
    "node/keys.bin": b"secret",
}


def silent(_: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("members")
    paths = {name: folder / name.replace("/", "-") for name in MEMBERS}
    for name, path in paths.items():
        path.write_bytes(MEMBERS[name])
    (folder / "county.tar").write_bytes(b"".join(archive_pieces(paths, FACTS, silent)))
    return folder / "county.tar"


def unpack(data: bytes, folder: Path) -> Facts:
    folder.mkdir()
    return unpack_archive(io.BytesIO(data), folder, silent)


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_what_was_put_in_comes_out(archive: Path, tmp_path: Path) -> None:
    assert unpack(archive.read_bytes(), tmp_path / "out") == FACTS
    assert contents(tmp_path / "out") == MEMBERS


@given(data=st.data())
def test_no_changed_byte_goes_unnoticed(
    archive: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """But in the padding between members, where it means nothing."""
    content = bytearray(archive.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    folder = tmp_path_factory.mktemp("changed") / "out"
    try:
        facts = unpack(bytes(content), folder)
    except BackupDamagedError:
        return
    assert (facts, contents(folder)) == (FACTS, MEMBERS)


@given(data=st.data())
def test_no_cut_goes_unnoticed(
    archive: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = archive.read_bytes()
    end = len(content.rstrip(b"\0"))
    size = data.draw(st.integers(0, end - 1))
    with pytest.raises(BackupDamagedError):
        unpack(content[:size], tmp_path_factory.mktemp("cut") / "out")


def rewritten(archive: Path, *, leave_out: str = "", add: tarfile.TarInfo | None = None) -> bytes:
    """The archive with one member less or more."""
    out = io.BytesIO()
    with tarfile.open(archive) as old, tarfile.open(fileobj=out, mode="w") as new:
        if add is not None:
            new.addfile(add)
        for header in old:
            if header.name != leave_out:
                new.addfile(header, old.extractfile(header))
    return out.getvalue()


@pytest.mark.parametrize("name", [*MEMBERS, "manifest.json", "SHA256SUMS"])
def test_every_member_is_missed(archive: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(BackupDamagedError):
        unpack(rewritten(archive, leave_out=name), tmp_path / "out")


@pytest.mark.parametrize(
    "name", ["../outside", "/outside", "node/../../outside", "node/.x", "other/file", "node"]
)
def test_a_member_leads_nowhere_else(archive: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(BackupDamagedError, match="unexpected member"):
        unpack(rewritten(archive, add=tarfile.TarInfo(name)), tmp_path / "out")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_only_plain_files_are_members(archive: Path, tmp_path: Path, kind: bytes) -> None:
    header = tarfile.TarInfo("node/other")
    header.type, header.linkname = kind, "/etc/passwd"
    with pytest.raises(BackupDamagedError, match="unexpected member"):
        unpack(rewritten(archive, add=header), tmp_path / "out")


@pytest.mark.parametrize("data", [b"", b"\0" * 10_240, b"no tar at all" * 100])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BackupDamagedError):
        unpack(data, tmp_path / "out")
