"""What is wrong with a node by what the roster says of it, whatever its role."""

from collections.abc import Iterator

from protocol.errors import DamagedError, MalformedError
from protocol.ids import NodeId
from protocol.trust.certificate import certificate_der, is_issued_by
from protocol.trust.revocation import revoked
from protocol.trust.roster import Roster
from runtime.doctor.finding import Found
from runtime.doctor.line import ParentAddress
from runtime.node.identity import Identity

DAY_MS = 86_400_000
_SILENT_MS = 3 * DAY_MS


def standing(identity: Identity, roster: Roster) -> Iterator[Found]:
    """Whether the county serves this machine, and whether others take its certificate."""
    entry = roster.nodes.get(identity.node)
    if error := revoked(entry, identity.keys.signer.public_bytes()):
        yield Found("node.closed", error.code)
    if identity.training:
        return
    try:
        own = certificate_der(identity.certificate)
    except MalformedError:
        raise DamagedError(str(identity.certificate_path)) from None
    if not any(is_issued_by(own, one) for one in roster.own_authorities(identity.ca)):
        yield Found("certificate.outdated")


def silence(exchanged_ms: int | None, now_ms: int) -> Iterator[Found]:
    """Of a parent that was last heard then; None: never."""
    if exchanged_ms is None:
        yield Found("line.silent", "还从来没有")
    elif abs(now_ms - exchanged_ms) > _SILENT_MS:  # a date that is wrong says so, too
        yield Found("line.silent", f"{abs(now_ms - exchanged_ms) // DAY_MS} 天")


def parent_address(identity: Identity, roster: Roster) -> ParentAddress | None:
    """Where the roster, or until it does the kit, says that the parent is; None: nowhere."""
    contact, me = identity.parent, roster.nodes.get(identity.node)
    named = NodeId((me.parent if me else "") or (contact.node if contact else ""))
    entry = roster.nodes.get(named)
    url = (entry.url if entry else "") or (contact.url if contact else "")
    if not named or not url or identity.training:
        return None
    return ParentAddress(
        url=url,
        node=named,
        authorities=roster.authorities(identity.ca),
        tls_keys=roster.tls_keys(named),
    )
