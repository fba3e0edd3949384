"""The county as one object: what its command line, and later its console, may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from central.county.backup.safety import Safety
from central.county.casework.room import CaseRoom
from central.county.casework.service import Casework
from central.county.catalogue.drafts.service import Drafts
from central.county.catalogue.drafts.under_way import Counting
from central.county.catalogue.rules import Publishing
from central.county.catalogue.service import Catalogue
from central.county.desks.service import Desks
from central.county.followups.room import FollowedRoom
from central.county.ground import Ground
from central.county.intake.housekeeping import KEPT_DAYS, Housekeeping
from central.county.intake.service import Intake
from central.county.keys.renewing import Registrar, Rosters
from central.county.nodes.alarms import Silence
from central.county.nodes.service import Directory, NodeWatch, NoDirectory
from central.county.numbers.desk import NumberDesk
from central.county.numbers.ports import NumberRules, Rules
from central.county.reconciliation.service import Reconciliation
from central.county.recovery.rollback import RollbackDetector
from central.county.review.handover import SuccessorHandover
from central.county.review.service import Review
from central.relay.ports.role import RelayRole
from central.relay.service import Relay
from protocol.envelope.keys import PublicKeys
from protocol.ids import NodeId
from protocol.ports import Randomness


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """The capabilities of one county."""

    intake: Intake
    casework: Casework
    case_room: CaseRoom
    followed: FollowedRoom
    catalogue: Catalogue
    drafts: Drafts
    reconciliation: Reconciliation
    housekeeping: Housekeeping
    safety: Safety
    rollback_detector: RollbackDetector
    rosters: Rosters
    nodes: NodeWatch
    numbers: NumberDesk
    desks: Desks
    review: Review
    handover: SuccessorHandover

    @classmethod
    def build(
        cls,
        relay: Relay,
        keys_of: Callable[[NodeId], PublicKeys | None],
        registrar: Registrar,
        randomness: Randomness,
        *,
        directory: Directory | None = None,
        silence: Silence | None = None,
        believed: Callable[[], bool] = lambda: True,
        quarantine_days: Callable[[], int] = lambda: KEPT_DAYS,
        publishing: Publishing | None = None,
        number_rules: Callable[[], Rules] = NumberRules,
    ) -> Self:
        """The capabilities on top of ``relay``.

        Args:
            keys_of: knows the keys of every node.
            registrar: gives nodes new ones.
            directory: knows whom to call.
            silence: how long nodes may be silent.
            believed: whether this machine's date can be believed now.
            quarantine_days: how long envelopes are kept that could not be taken.
            publishing: the rules of review of the catalogue; without any nobody has to.
            number_rules: the policy about numbers.
        """
        store, clock = relay.store, relay.clock
        ground = Ground.on(relay, relay.post_office(keys_of), registrar, randomness)
        casework, notices = ground.casework(), ground.notices()
        blocks, desks = ground.blocks(number_rules), ground.desks(directory or NoDirectory())
        intake = ground.intake(casework, notices, blocks, desks)
        rules = publishing or Publishing()
        catalogue = ground.catalogue(rules, believed)
        rollback_detector = ground.rollback_detector(catalogue)
        return cls(
            intake=intake,
            casework=casework,
            case_room=ground.case_room(intake),
            followed=ground.followed,
            review=ground.review(intake),
            handover=ground.handover(casework),
            rosters=ground.rosters,
            numbers=NumberDesk(store=store, blocks=blocks, hold=intake.hold),
            desks=desks,
            nodes=ground.nodes(directory or NoDirectory(), silence or Silence(), believed),
            catalogue=catalogue,
            drafts=Drafts(
                store=store,
                catalogue=catalogue,
                clock=clock,
                rules=rules,
                counting=Counting(store=store, cases=ground.cases),
            ),
            reconciliation=ground.reconciliation(),
            housekeeping=ground.housekeeping(notices, believed, quarantine_days),
            safety=ground.safety(),
            rollback_detector=rollback_detector,
        )

    @property
    def role(self) -> RelayRole:
        """What the county adds to its relay."""
        return RelayRole(deliver=self.intake, rollback_check=self.rollback_detector)
