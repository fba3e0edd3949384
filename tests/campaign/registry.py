"""The county's authority, and who was withdrawn; opened when somebody changes who belongs."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from central.county.keys.copies import BACKUP
from central.county.keys.rekeying import Rekeying
from central.county.keys.tls import TlsRekeying
from protocol.codec import altered
from protocol.envelope.keys import PublicKeys
from protocol.errors import NotOnRosterError
from protocol.ids import NodeId
from protocol.ports import Randomness
from protocol.trust.renewal import RenewalRequest
from protocol.trust.roster import Roster, State
from provisioning.authority import FOLDER, Authority
from runtime.node.identity import Identity, sealing_pairs
from runtime.record import BEGUN, DONE
from tests.builders.virtual_time import LoopClock

if TYPE_CHECKING:
    from tests.campaign.places import Places

WITHDRAWN = (State.DRAINING, State.STOPPED)


@dataclass(slots=True, kw_only=True)
class Registry:
    """The authority lies apart from the county's disk, and is never lost here.

    Most schedules change nothing in it, and do not pay for opening it.
    """

    places: "Places"
    folder: Path
    randomness: Randomness
    accepted: set[tuple[str, str]] = field(default_factory=set)  # a person let the case in
    lost_pcs: set[bytes] = field(default_factory=set)  # envelopes that a replaced PC has sealed
    replaced: set[str] = field(default_factory=set)  # stations with another PC
    renewed: set[str] = field(default_factory=set)  # stations that have asked for keys
    before_stop: set[bytes] = field(default_factory=set)  # what lay in the review queue at a stop
    limits: dict[str, str] = field(default_factory=dict)  # lanes that are limited, by node
    keys_made: int = 0  # opening keys of the county, beside the first ones
    succeeds: bool = False  # another TLS authority was announced
    _authority: Authority | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything was changed."""
        return self._authority is not None

    @property
    def authority(self) -> Authority:
        """The authority, with the newest roster that anybody may have seen."""
        if self._authority is None:
            folder = self.folder / FOLDER
            shutil.copytree(self.places.template(FOLDER), folder)
            self._authority = Authority.open(folder, clock=LoopClock(), randomness=self.randomness)
        return self._authority

    def close(self) -> None:
        if self._authority is not None:
            self._authority.close()

    def keys_of(self, node: NodeId) -> PublicKeys | None:
        """Sealing keys included."""
        if self._authority is None:
            return self.places.keys_of(node)
        return self._authority.keys_of(node)

    def state(self, node: str) -> State:
        """What the county says of a node."""
        return self.roster().nodes[NodeId(node)].state

    def is_stopped(self, node: str) -> bool:
        return self.is_open and self.state(node) is State.STOPPED

    def is_plain(self, node: str) -> bool:
        """Nothing has happened to the keys of this node, nor to its right to call."""
        return not self.is_open or (
            node not in self.renewed | self.replaced and self.state(node) is State.ACTIVE
        )

    def may_open_cases(self, station: str, envelope: bytes) -> bool:
        """Whether what came in this envelope becomes a case without a person's word."""
        if not self.is_open:
            return True
        return envelope not in self.lost_pcs and self.state(station) not in WITHDRAWN

    def rekeying(self, identity: Identity) -> Rekeying:
        """The steps to new opening keys of a running county."""
        return Rekeying(
            identity=identity,
            authority=self.authority,
            randomness=self.randomness,
            overview=_nobody,
            changed=_nobody,
        )

    def succession(self, identity: Identity) -> TlsRekeying:
        """The steps to another TLS authority of a running county."""
        return TlsRekeying(
            identity=identity, authority=self.authority, overview=_nobody, changed=_nobody
        )

    def note_backup(self, name: str, *, done: bool) -> None:
        """The record says when a copy was begun, and when it was finished."""
        if self._authority is not None:
            outcome = DONE if done else BEGUN
            self._authority.audit.add(actor="", action=BACKUP, subject=name, outcome=outcome)

    def forget_lost_keys(self, identity: Identity) -> None:
        """A county from a copy without the announced keys announces none.

        As in a real county, whose authority lies in the same copy.
        """
        if self._authority is None:
            return
        self.keys_made = len(sealing_pairs(identity)) - 1
        county, entry = self._authority.roster().county()
        held = {
            pair.opening()[suite].public_bytes()
            for pair in sealing_pairs(identity)
            for suite in pair.opening()
        }
        if entry.next is not None and entry.next.xwing not in held:
            self._authority.change(county, lambda _: altered(entry, next=None))

    # central.county.keys.renewing.Registrar

    @property
    def audit(self) -> "Registry":
        return self

    def add(self, **facts: Any) -> None:
        """To the record, if there is one."""
        if self._authority is not None:
            self._authority.audit.add(**facts)

    def renew(self, request: RenewalRequest) -> bytes:
        if self._authority is None:
            raise NotOnRosterError(request.node.hex())
        return self._authority.renew(request)

    def certify(self, node: NodeId) -> bytes:
        if self._authority is None:
            raise NotOnRosterError(node)
        return self._authority.certify(node)

    def settle(self, node: NodeId, shown: bytes) -> bool:
        return self._authority is not None and self._authority.settle(node, shown)

    def move_ahead(self, by: int) -> Roster:
        return self._authority.move_ahead(by) if self._authority else self.roster()

    def roster(self) -> Roster:
        return self._authority.roster() if self._authority else self.places.rosters[0]


async def _nobody() -> Any:
    return ()
