"""What can be asked about new nodes and their requests to join; light, for commands."""

from dataclasses import dataclass

from protocol.trust.roster import Role
from provisioning.enrolment.tables import Verdict
from provisioning.lifecycle.calls import Invited
from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Put a new node on the roster."""

    role: Role
    code: str  # division code
    name: str
    parent: str | None = None  # node id or division code; None or empty: the county
    url: str = ""  # of a hub
    contact: str = ""
    anyway: bool = False  # take what looks like a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class OfNode:
    """Something about one node."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """A person's word on a request to join."""

    node: str
    verdict: Verdict
    compared: str = ""  # the request, or the fingerprint, that was compared


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNode:
    """A node whose code was right, and that waits for a person's word."""

    node: str
    role: Role
    code: str
    name: str
    fingerprint: str  # of its new signing key, in words
    digest: str  # of the request, in hex
    others: int  # further requests under the same code
    url: str
    since_ms: int
    replaces: bool  # it takes the place of a PC that is lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """What seems wrong about a kit."""

    node: str
    name: str
    what: str  # wrong-codes, two-requests


ADD = Call("provision.add", Add, Invited)
AGAIN = Call("provision.invite-again", OfNode, Invited)
WAITING = Call("provision.waiting", Nothing, list[WaitingNode], reads=True)
SUSPECTED = Call("provision.suspected", Nothing, list[Suspected], reads=True)
JUDGE = Call("provision.judge", Judge, WaitingNode)
DISMISS = Call("provision.dismiss", OfNode, OfNode)
