"""What a package lists of itself, and the few words about its case that everything hangs on.

Source: docs/archive.md, "The manifest".
"""

import json
import re
from collections.abc import Sequence

from protocol.codec import Record
from protocol.errors import MalformedError
from protocol.json_values import from_json, to_json
from protocol.limits import MAX_COUNT, MAX_NAME_CHARS

FORMAT = "yizhan-archive-1"
MANIFEST, SIGNATURE, CHAIN, ROOT = "manifest.json", "signature.bin", "chain.bin", "root.bin"
PROOF = (MANIFEST, SIGNATURE, CHAIN, ROOT)
"""Files that the manifest does not list: they prove it. They stand first, in this order."""
EVENTS = "events.json"
PATH = re.compile(r"(?:[a-z0-9][a-z0-9-]{0,40}/){0,3}[a-z0-9][a-z0-9._-]{0,60}")
MAX_MANIFEST_BYTES = 1024 * 1024
"""Of the manifest: 2,000 files with long names."""
MAX_MADE_BYTES = 32 * 1024 * 1024
"""Of a package without its papers."""
_HEX_DIGEST = 64


class Listed(Record, frozen=True, kw_only=True):
    """One file of a package."""

    path: str
    bytes: int
    sha256: str  # hex
    title: str = ""  # as people call it

    def __post_init__(self) -> None:
        """Refuse what no honest program lists."""
        if not PATH.fullmatch(self.path) or self.path in PROOF:
            raise ValueError("path")
        if not 0 <= self.bytes < MAX_COUNT or len(self.title) > 3 * MAX_NAME_CHARS:
            raise ValueError("size or title")
        if len(bytes.fromhex(self.sha256)) * 2 != _HEX_DIGEST:
            raise ValueError("digest")


class Manifest(Record, frozen=True, kw_only=True):
    """All files of a package, and whose case it is."""

    format: str
    case: str  # number
    application: str  # id in hex
    station: str  # node id
    county: str  # node id
    events: int  # of the log
    ended: str  # local day on which the case ended, as 2027-01-31
    files: tuple[Listed, ...]  # in the order of their paths

    def __post_init__(self) -> None:
        """Refuse another format, and files twice or out of order."""
        paths = [one.path for one in self.files]
        if self.format != FORMAT or paths != sorted(set(paths)):
            raise ValueError("format or order")

    def title_of(self, path: str) -> str:
        """As people call a file; its path if it is not listed."""
        return next((one.title or path for one in self.files if one.path == path), path)


def manifest_bytes(manifest: Manifest) -> bytes:
    """As it is signed."""
    return json_bytes({**to_json(manifest), "files": to_json(manifest.files)})


def read_manifest(data: bytes) -> Manifest:
    """What those bytes say.

    Raises:
        MalformedError: they are no manifest of a known format.
    """
    try:
        return from_json(json.loads(data), Manifest)
    except (ValueError, RecursionError) as exc:
        raise MalformedError(f"not a manifest: {exc}") from None


def json_bytes(value: object) -> bytes:
    """JSON for people and programs of later years: the same value, the same bytes."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)
    return f"{text}\n".encode()


def listed(files: Sequence[Listed]) -> tuple[Listed, ...]:
    """Files in the order in which a manifest has them."""
    return tuple(sorted(files, key=lambda one: one.path))
