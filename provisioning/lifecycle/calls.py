"""What can be asked about the life of a node; light, for commands."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol.trust.roster import State
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """Give a node another name."""

    node: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Put a node below another hub, or into another division."""

    node: str
    parent: str = ""  # node id or division code; empty: as it is
    code: str = ""  # division code; empty: as it is
    anyway: bool = False  # take what looks like a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to call when something is wrong at a node."""

    node: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readdress:
    """Where a node is called from now on."""

    node: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """Which villages a station serves beside its own."""

    node: str
    villages: Sequence[tuple[str, str]]  # division code and name; none: its own alone


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """Put a node into another state."""

    node: str
    reason: str = ""  # stands in the record


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """Withdraw a node: what it has sealed still comes."""

    node: str
    upto: int | None = None  # envelopes by the PC's own count; None: all of them
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Another PC takes a node's place."""

    node: str
    upto: int | None = None  # the same, of the PC that is lost
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeState:
    """A node after a change."""

    node: str
    name: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A node that may join, once."""

    node: str
    name: str
    code: str = field(repr=False)  # one-time
    kit: bytes = field(repr=False)
    card: bytes = field(repr=False)  # HTML for printing


RENAME = Call("provision.rename", Rename, NodeState)
MOVE = Call("provision.move", Move, NodeState)
CONTACT = Call("provision.contact", Contact, NodeState)
SERVE = Call("provision.serve", Serve, NodeState)
ADDRESS = Call("provision.address", Readdress, NodeState)
SUSPEND = Call("provision.suspend", StateChange, NodeState)
RESUME = Call("provision.resume", StateChange, NodeState)
STOP = Call("provision.stop", StateChange, NodeState)
RETIRE = Call("provision.retire", StateChange, NodeState)
DRAIN = Call("provision.drain", Drain, NodeState)
REPLACE = Call("provision.replace", Replace, Invited)
