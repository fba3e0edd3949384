"""How far one exchange of a station has got: what its parts know of each other."""

import asyncio
from dataclasses import dataclass, field

from protocol.ids import Instance, NodeId
from station_agent.store.station import Unacknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Whom this exchange is with."""

    node: NodeId | None = None  # None: not known, as where no line leads to it
    roaming_reports: tuple[bytes, ...] = ()  # for its Hello
    is_host: bool = False  # it is another hub than our parent


@dataclass(slots=True)
class Progress:
    """Of one exchange."""

    met: bool = False  # the parent has introduced itself: the line works
    parent: Instance | None = None
    before: Unacknowledged = Unacknowledged.NONE  # as it was before this exchange
    asked_all: bool = False
    asking: bool = False  # blobs are asked about together with their envelopes
    set_back: bool = False  # somebody on the way was, before this exchange
    sent: set[bytes] = field(default_factory=set)  # envelopes pushed
    refused: set[bytes] = field(default_factory=set)  # blobs refused
    wakeup: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self, parent: Instance | None, before: Unacknowledged) -> None:
        """As the store has it, when our Hello is made."""
        self.parent, self.before = parent, before

    def heard(self) -> None:
        """The parent has introduced itself."""
        self.met = True

    def noted(self, parent: Instance, *, set_back: bool) -> None:
        """Who the parent is, and whether somebody on the way was set back."""
        self.parent, self.set_back = parent, set_back

    def ask(self, *, everything: bool) -> None:
        """What the parent holds is asked for: of all that waits, or of what was in flight."""
        self.asking, self.asked_all = True, everything

    def pushed(self, envelope: bytes) -> None:
        """An envelope goes out, so that nothing is asked about any more."""
        self.asking = False
        self.sent.add(envelope)
