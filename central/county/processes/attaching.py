"""A folder for another process of a county, made from the folder of its lead."""

import json
import shutil
import tomllib
from pathlib import Path

from central.server.config import ServerConfig
from protocol.errors import AlreadyJoinedError, UsageError
from protocol.limits import MIB
from protocol.trust.roster import Role
from runtime.cli.command import read_text
from runtime.disk.files import private_folder, sync_folder, write_private
from runtime.node.identity import has_identity, load_identity

_NODE = "node"
_OWN = ("listen", "pages", "worker", "blobs", "metrics")  # each process has its own


def attach(data: Path, new: Path, *, listen: str) -> None:
    """Make ``new`` the folder of another process of the county in ``data``.

    Again for the same county: it gets the present keys, certificate and settings.

    Raises:
        UsageError: the county in ``data`` is on SQLite, which one process alone can use.
        AlreadyJoinedError: ``new`` belongs to another node.
        NotJoinedError: ``data`` is no county's folder.
    """
    identity, path = load_identity(data), data / "county.toml"
    config = ServerConfig.load(path)
    if identity.role is not Role.COUNTY or config.worker or not config.database:
        raise UsageError(f"{data}：只有主进程、并且数据库在 PostgreSQL 上，才能再加进程")
    if has_identity(new) and load_identity(new).node != identity.node:
        raise AlreadyJoinedError(str(new))
    private_folder(new)
    _copy(data / _NODE, new / _NODE)
    settings = {
        key: value
        for key, value in tomllib.loads(read_text(path, MIB)).items()
        if key not in _OWN and not isinstance(value, dict)
    }
    blobs = config.blobs or str((data / "blobs").absolute())
    settings |= {"worker": True, "listen": listen, "blobs": blobs, "pages": "off"}
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    write_private(new / "county.toml", lines.encode())


def _copy(source: Path, target: Path) -> None:
    """The files of a node; each is whole or as it was."""
    private_folder(target)
    for path in sorted(source.iterdir()):
        if path.is_file():
            write_private(target / path.name, path.read_bytes())
    for path in set(target.iterdir()) - {target / one.name for one in source.iterdir()}:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    sync_folder(target)
