"""The authority as a process has it that does not lead: some of it mirrored, the rest asked."""

from dataclasses import dataclass
from pathlib import Path

from central.county.lead.asking import Blocking
from central.county.lead.calls import (
    CERTIFY,
    MOVE_AHEAD,
    NOTE,
    RENEW,
    SETTLE,
    Certify,
    MoveAhead,
    Note,
    Renew,
    Settle,
)
from central.county.lead.mirror import Facts
from central.relay.editions.service import Editions
from protocol.envelope.keys import PublicKeys
from protocol.ids import NodeId
from protocol.trust.renewal import RenewalRequest
from protocol.trust.roster import Roster
from provisioning.clock_watch import ClockState
from provisioning.policy.model import FILE, Policy
from runtime.disk.files import write_private
from runtime.record import Detail


class RemoteRecord:
    """central.county.keys.renewing.Record: the lead's."""

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking

    def add(
        self, *, actor: str, action: str, outcome: str, detail: Detail, subject: str = ""
    ) -> None:
        """Note it; blocks for the lead, and raises if that is away: then it is not to be done."""
        note = Note(
            actor=actor, action=action, subject=subject, outcome=outcome, detail=dict(detail)
        )
        self._blocking.call(NOTE, note)


class RemoteAuthority:
    """central.county.keys.renewing.Registrar, and what else intake asks. All calls block."""

    def __init__(self, data: Path, blocking: Blocking, editions: Editions, facts: Facts) -> None:
        self._data, self._blocking, self._editions = data, blocking, editions
        self.audit = RemoteRecord(blocking)
        self.use(facts)

    def use(self, facts: Facts) -> None:
        """Go by newer facts."""
        write_private(self._data / FILE, facts.policy.encode())
        self._keys = facts.keys

    def keys_of(self, node: NodeId) -> PublicKeys | None:
        """The keys of a node that has joined."""
        return self._keys.get(node)

    def policy(self) -> Policy:
        """The rules in force."""
        return Policy.load(self._data / FILE)

    def roster(self) -> Roster:
        """The newest version that is known here: the lead publishes."""
        return self._editions.roster

    def renew(self, request: RenewalRequest) -> bytes:
        """The certificate for new keys."""
        return self._blocking.call(RENEW, Renew(request=request))

    def certify(self, node: NodeId) -> bytes:
        """The certificate for the present keys."""
        return self._blocking.call(CERTIFY, Certify(node=node))

    def settle(self, node: NodeId, shown: bytes) -> bool:
        """The node has shown its signing key."""
        return self._blocking.call(SETTLE, Settle(node=node, shown=shown))

    def move_ahead(self, by: int) -> Roster:
        """The same roster under a number that is higher by ``by``: the lead offers it."""
        self._blocking.call(MOVE_AHEAD, MoveAhead(by=by))
        return self._editions.roster


@dataclass(frozen=True, slots=True)
class SeenByLead:
    """provisioning.clock_watch.Keep: at a start this machine's date is compared with the lead's."""

    facts: Facts

    def clock_state(self) -> ClockState:
        """As the lead saw it last."""
        return ClockState(seen_ms=self.facts.at_ms, lived_ms=0, jump=None)

    def keep_clock(self, state: ClockState) -> None:
        """Nothing: the lead keeps."""
