"""What can be asked of a hub; light, for commands."""

from dataclasses import dataclass

from central.relay.health.calls import HubState
from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A node that has asked the county for new keys."""

    node: str


RENEW = Call("hub.renew", Nothing, Asked)
STATUS = Call("hub.status", Nothing, HubState, reads=True)  # docs/operations.md, "status of a hub"
