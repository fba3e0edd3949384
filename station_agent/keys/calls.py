"""What can be asked about the keys of a station."""

from dataclasses import dataclass

from protocol.ids import NodeId
from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysAsked:
    """A request for new keys is on its way."""

    node: NodeId


RENEW = Call("renew", Nothing, KeysAsked)
