"""What this station says, sealed for the county and signed: the same for all that it sends."""

from collections.abc import Callable
from dataclasses import dataclass

from protocol.envelope.envelope import VERSION, Envelope, Header, Lane, seal_envelope
from protocol.envelope.keys import Signer, key_name
from protocol.envelope.payloads import Payload, payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.ids import BlobId, Incarnation, NodeId
from protocol.ports import Clock
from protocol.trust.roster import Roster
from protocol.trust.trusted_clock import TrustedClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an envelope stands among those of its station."""

    incarnation: Incarnation
    seq: int
    pred: tuple[Incarnation, int] | None  # the last one of the incarnation before; of the first


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeSealer:
    """One station's; which key and which suite, the roster in force says."""

    node: NodeId
    signer: Signer
    set_suite: SuiteNumber  # in the settings of this station
    roster: Callable[[], Roster]
    clock: Clock
    trusted: TrustedClock

    @property
    def suite(self) -> SuiteNumber:
        """What is sealed with now: as this station is set, if the county's rules allow it."""
        return self.roster().rules.suite_for(self.set_suite)

    def seal(
        self, payload: Payload, at: Position, lane: Lane, blobs: tuple[tuple[BlobId, int], ...]
    ) -> Envelope:
        """The envelope for the county."""
        county, entry = self.roster().county()
        if entry.keys is None:
            raise ValueError("a roster whose county has no keys")
        public = entry.keys.sealing(self.suite)
        header = Header(
            version=VERSION,
            suite=self.suite,
            origin=bytes.fromhex(self.node),
            incarnation=at.incarnation,
            seq=at.seq,
            pred=at.pred,
            to=bytes.fromhex(county),
            lane=lane,
            created=(self.clock.now_ms(), self.trusted.now_ms()),
            key=key_name(public),
            blobs=blobs,
        )
        return seal_envelope(payload_bytes(payload), header, public, self.signer)
