"""Moves the root key and the county's keys to a safe, and gets them back.

Source: docs/operations.md, "Keys in a safe".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from protocol.envelope.keys import KEY_BYTES, SoftwareSigner
from protocol.errors import RecoveryKeyWrongError, RootMovedError, SharesError, UsageError
from protocol.trust.fingerprint import fingerprint
from protocol.trust.roster import Roster
from provisioning.authority import Authority
from provisioning.escrow.folder import export, open_sealed
from provisioning.escrow.recovery import (
    PublicHalf,
    beside,
    keep_public,
    make_recovery,
    public_half,
    read_recovery,
)
from provisioning.escrow.recovery_shares import write_shares
from provisioning.escrow.sealed import What
from provisioning.keyfiles import read_seed, read_whole
from runtime.disk.files import disk_errors, sync_folder

ROOT_KEY = "root.key"
_KEYS = Path("node") / "keys.bin"  # of the county node, see runtime/node/identity.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How many shares, and how many of them open."""

    threshold: int
    shares: int


class KeyEscrow:
    """The keys of one county, in its data folder and outside."""

    def __init__(self, authority: Authority) -> None:
        self._authority, self._data = authority, authority.folder.parent
        self._randomness = authority.randomness

    def export_root(self, to: Path, terms: Terms) -> list[Path]:
        """Move the root key away: the county goes on with the registrar's key alone.

        The key is taken from this machine only after the shares opened the sealed file.

        Raises:
            RootMovedError: it was moved away before.
            UsageError, DiskFullError, StoreError, SharesError: as :func:`export` does.
        """
        path = self._root_key()
        if not path.exists():
            raise RootMovedError
        seed = read_seed(path)
        written = self._export(to, What.ROOT, seed, terms)
        _wipe(path)
        return written

    def export_keys(self, to: Path, terms: Terms) -> list[Path]:
        """Copy the county node's private keys into a sealed file; raises as :func:`export`."""
        return self._export(to, What.KEYS, read_whole(self._data / _KEYS), terms)

    def export_recovery(self, to: Path, terms: Terms, file: Path | None = None) -> list[Path]:
        """Turn the recovery key into papers and take its file away; the papers.

        Args:
            file: where it was moved to; None: where it was left.

        Raises:
            UsageError, SharesError: it is not there, or not the key of this county.
            DiskFullError, StoreError, SharesError: the papers can't be written.
        """
        half = public_half(self._data)
        source = file or (half.file if half else None) or beside(self._data)
        if half is None or not source.exists():
            raise UsageError(f"找不到恢复密钥文件 {source}")
        key = read_recovery(read_whole(source))
        if key.opening().public_bytes() != half.public:
            raise RecoveryKeyWrongError(f"{source} 不是本县现用的那一把")
        self._keep_outside(to)
        papers = write_shares(to, key, threshold=terms.threshold, shares=terms.shares)
        keep_public(self._data, PublicHalf(public=half.public, file=None))
        _wipe(source)
        return papers

    def new_recovery(self, file: Path | None = None) -> PublicHalf:
        """Another recovery key, for the backups to come; the old one opens the old ones.

        Raises:
            NameTakenError: ``file`` (or the place beside the data folder) is taken.
            DiskFullError, StoreError: it can't be written.
        """
        where = file or beside(self._data)
        self._keep_outside(where)
        root = self._authority.root_public
        return make_recovery(self._data, where, root, self._randomness)

    def replace_registrar(self, file: Path, papers: Sequence[Path], *, above: int) -> Roster:
        """Let the root name a new registrar, whose roster is above every version that was seen.

        Args:
            above: the highest number that a thief may have given out; 0 if there was none.

        Raises:
            SharesError: the shares do not open the file, or it is of another county.
        """
        seed = self._open(What.ROOT, file, papers)
        return self._authority.replace_registrar(
            SoftwareSigner(seed), self._randomness.token(KEY_BYTES), above=above
        )

    def recover_keys(self, file: Path, papers: Sequence[Path]) -> bytes:
        """The county node's ``keys.bin`` from its sealed file; raises as `replace_registrar`."""
        return self._open(What.KEYS, file, papers)

    def _open(self, what: What, file: Path, papers: Sequence[Path]) -> bytes:
        sealed, secret = open_sealed(file, papers)
        if (sealed.what, sealed.county) != (what, self._words()):
            raise SharesError(f"the file holds {sealed.what.value} of {sealed.county}")
        return secret

    def _export(self, to: Path, what: What, secret: bytes, terms: Terms) -> list[Path]:
        self._keep_outside(to)
        file, papers = export(
            to,
            what=what,
            county=self._words(),
            secret=secret,
            threshold=terms.threshold,
            shares=terms.shares,
            randomness=self._randomness,
        )
        return [file, *papers]

    def _keep_outside(self, to: Path) -> None:
        if to.resolve().is_relative_to(self._data.resolve()):
            raise UsageError("封存文件要放在数据文件夹之外")

    def _words(self) -> str:
        return fingerprint(self._authority.root_public)

    def _root_key(self) -> Path:
        return self._authority.folder / ROOT_KEY


def _wipe(path: Path) -> None:
    """Take a secret from this machine, as far as the disk lets us."""
    with disk_errors():
        path.write_bytes(bytes(path.stat().st_size))
        path.unlink()
        sync_folder(path.absolute().parent)
