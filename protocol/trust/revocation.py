"""Revocation in two phases, and replaced PCs: who is told what, and which PC an envelope is of.

Draining: the node may send what it has sealed, people look at it, nothing new is sealed. Stopped:
nothing more is taken. Replaced: another PC has the node's name; what the lost one sealed still
comes, by hub or stick, and people look at it.

Source: docs/protocol.md section 7.4; docs/adr/0017-revocation-in-two-phases.md.
"""

from collections.abc import Mapping

from protocol.envelope.envelope import Envelope
from protocol.errors import (
    NodeDrainingError,
    NodeReplacedError,
    NodeRetiredError,
    NodeStoppedError,
    NodeSuspendedError,
    PeerError,
    SignatureError,
)
from protocol.trust.roster import Drained, RosterEntry, State

Point = tuple[bytes, int]
"""Incarnation and number."""

_AWAY: Mapping[State, type[PeerError]] = {
    State.SUSPENDED: NodeSuspendedError,
    State.RETIRED: NodeRetiredError,
    State.STOPPED: NodeStoppedError,
}
_CLOSED: Mapping[State, type[PeerError]] = {
    State.DRAINING: NodeDrainingError,
    State.STOPPED: NodeStoppedError,
}


def turned_away(entry: RosterEntry, tls: bytes) -> type[PeerError] | None:
    """Why a caller with this TLS key may not exchange; None if it may, or is nobody of ``entry``.

    Args:
        tls: SHA-256 of the SubjectPublicKeyInfo that it has shown.
    """
    if any(tls in lost.tls for lost in entry.drained):
        return NodeReplacedError
    return _AWAY.get(entry.state) if tls in (entry.tls, entry.former_tls) else None


def closed_to(entry: RosterEntry | None, signing: bytes) -> type[PeerError] | None:
    """Why the PC that signs with ``signing`` may seal no new application; None if it may."""
    if entry is None:
        return None
    if any(signing in lost.signing for lost in entry.drained):
        return NodeReplacedError
    return _CLOSED.get(entry.state)


def revoked(entry: RosterEntry | None, signing: bytes) -> type[PeerError] | None:
    """What has become of the PC that signs with ``signing``; None if nothing has."""
    away = _AWAY.get(entry.state) if entry else None
    return closed_to(entry, signing) or away


def lost_pc(entry: RosterEntry, envelope: Envelope) -> Drained | None:
    """The lost PC that signed ``envelope``; None if the present one did.

    What nobody signed who is on the roster now counts as of the PC that was lost first.
    """
    if not entry.drained:
        return None
    for lost in (None, *entry.drained):
        own = (entry.keys.signing, *entry.former) if entry.keys else ()
        try:
            envelope.check_any(own if lost is None else lost.signing)
        except SignatureError:
            continue
        return lost
    return entry.drained[-1]


def is_present_pc(entry: RosterEntry, signing: bytes) -> bool:
    """Whether a node may speak, and ``signing`` is or was a key of the PC that it has now."""
    own = (entry.keys.signing, *entry.former) if entry.keys else ()
    lost = {key for one in entry.drained for key in one.signing}
    return entry.state is State.ACTIVE and signing in own and signing not in lost


def ordinal(point: Point, preds: Mapping[bytes, Point | None]) -> tuple[int, bool]:
    """Which envelope of its PC the one at ``point`` is, from 1; False: at least that one.

    Args:
        preds: by incarnation, what its first envelope names as the last before it; an
            incarnation whose first envelope is not known is missing.
    """
    incarnation, count = point
    seen = {incarnation}
    while incarnation in preds:
        before = preds[incarnation]
        if before is None:
            return count, True
        incarnation, last = before
        if incarnation in seen:  # no honest PC makes a ring
            break
        seen.add(incarnation)
        count += last
    return count, False
