"""What must be known of a new key of the county before it is used: is it copied, who has heard?

Source: docs/operations.md, "New keys of the county"; docs/adr/0023-new-keys-of-the-county.md.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence

from central.county.nodes.view import NodeView
from protocol.envelope.keys import key_name
from protocol.errors import RekeyUnsafeError
from provisioning.audit.entry import Entry
from provisioning.authority import Authority
from provisioning.escrow.calls import EXPORT_KEYS
from runtime.record import BEGUN, DONE

BACKUP = "county.backup"
COPIES = (BACKUP, EXPORT_KEYS.name)  # of what stands in node/keys.bin
MADE = "county.key-made"  # in the audit record, once the key is on disk and before it is named
_PAGE = 500  # entries of the audit record looked at together

Overview = Callable[[], Awaitable[Sequence[NodeView]]]


def name_of(public: bytes) -> str:
    """How a key is named in the record and to people."""
    return key_name(public).hex()


def is_copied(authority: Authority, name: str, copies: Collection[str] = COPIES) -> bool:
    """Whether a copy was begun after the key was on disk, and finished. Blocks for the disk.

    One that was begun before may have read the keys without it.

    Args:
        copies: actions that make one of this kind of key.
    """
    done = set[tuple[str, str]]()
    for entry in _record(authority):
        copy = entry.action, entry.subject
        if copy == (MADE, name):
            return False
        if entry.action in copies and entry.outcome == DONE:
            done.add(copy)
        elif entry.outcome == BEGUN and copy in done:
            return True
    return False


def require_copy(authority: Authority, name: str, copies: Collection[str] = COPIES) -> None:
    """Raise RekeyUnsafeError unless a copy of the key is known. Blocks for the disk."""
    if not is_copied(authority, name, copies):
        raise RekeyUnsafeError


async def not_heard(overview: Overview, version: int | None) -> int | None:
    """Nodes that may hold no roster of that version or newer; None if there is none."""
    if version is None:
        return None
    views = [view for view in await overview() if view.should_speak]
    return sum((view.roster or 0) < version for view in views)


def _record(authority: Authority) -> Iterator[Entry]:
    """The audit record, newest first."""
    upto = 0
    while page := authority.audit.newest(upto, _PAGE):
        yield from page
        upto = page[-1].number - 1
        if upto < 1:
            return
