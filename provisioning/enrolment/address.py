"""Where the children of a joining hub will call it: as the roster says, else as the hub says.

Source: docs/protocol.md section 10.3; ADR 0019.
"""

from protocol.address import checked_url
from protocol.codec import altered
from protocol.errors import AddressMissingError, AddressOtherError, MalformedError, UsageError
from protocol.roster import Role, RosterEntry


def addressed(entry: RosterEntry, url: str) -> RosterEntry:
    """The entry with its address; ``url`` is what the node asks for, empty if nothing.

    Raises:
        AddressMissingError: a hub that nobody could call.
        AddressOtherError: the roster has another address; the detail says which.
        MalformedError: no address, or of a node that nobody calls.
    """
    if entry.role is not Role.HUB:
        if url:
            raise MalformedError(f"a {entry.role.value} has no address")
        return entry
    if not url and not entry.url:
        raise AddressMissingError(entry.name)
    if url and entry.url and _plain(url) != entry.url:
        raise AddressOtherError(entry.url)
    return altered(entry, url=entry.url or _plain(url))


def _plain(url: str) -> str:
    try:
        return checked_url(url)
    except UsageError as exc:
        raise MalformedError(exc.detail) from None
