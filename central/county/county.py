"""The county as one object: what its command line, and later its console, may ask for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from central.county.backup.safety import Safety
from central.county.casework.room import CaseRoom
from central.county.casework.service import Casework
from central.county.catalogue.drafts.service import Drafts
from central.county.catalogue.rules import Publishing
from central.county.catalogue.service import Catalogue
from central.county.departments.service import Departments
from central.county.desks.service import Desks
from central.county.documents.room import DocumentRoom, DocumentSettings
from central.county.fees.room import FeeRoom, doubtful
from central.county.figures.service import Figures
from central.county.flows.comparing import ViewCheck
from central.county.flows.service import Flows
from central.county.flows.worklist.service import WorkList
from central.county.followups.room import FollowedRoom
from central.county.ground import Ground
from central.county.intake.housekeeping import KEPT_DAYS, Housekeeping
from central.county.intake.service import Intake
from central.county.keys.renewing import Registrar, Rosters
from central.county.nodes.alarms import Silence
from central.county.nodes.service import Directory, NodeWatch, NoDirectory
from central.county.numbers.desk import NumberDesk
from central.county.numbers.own import OwnTickets
from central.county.numbers.ports import NumberRules, Rules
from central.county.numbers.service import NumberBlocks
from central.county.offices.service import Offices
from central.county.ratings.room import RatingRoom
from central.county.reconciliation.service import Reconciliation
from central.county.recovery.rollback import RollbackDetector
from central.county.reports.room import reports_of
from central.county.reports.service import Reports
from central.county.review.handover import SuccessorHandover
from central.county.review.service import Review
from central.county.supervision.service import Supervision
from central.county.supervision.watch import mark
from central.relay.ports.role import RelayRole
from central.relay.service import Relay
from protocol.envelope.keys import PublicKeys
from protocol.ids import NodeId
from protocol.ports import Randomness


@dataclass(frozen=True, slots=True, kw_only=True)
class CountySettings:
    """What the capabilities of a county do not know by themselves."""

    directory: Directory = field(default_factory=NoDirectory)  # knows whom to call
    silence: Silence = field(default_factory=Silence)  # how long nodes may be silent
    believed: Callable[[], bool] = lambda: True  # whether this machine's date can be believed now
    quarantine_days: Callable[[], int] = lambda: KEPT_DAYS  # of envelopes that can't be taken
    publishing: Publishing = field(default_factory=Publishing)  # without review unless said
    number_rules: Callable[[], Rules] = NumberRules
    documents: DocumentSettings = field(default_factory=DocumentSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """The capabilities of one county."""

    intake: Intake
    casework: Casework
    case_room: CaseRoom
    flows: Flows
    work: WorkList
    supervision: Supervision
    figures: Figures
    ratings: RatingRoom
    reports: Reports
    views: ViewCheck
    documents: DocumentRoom
    fees: FeeRoom
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
    offices: Offices
    departments: Departments
    review: Review
    handover: SuccessorHandover

    @classmethod
    def build(
        cls,
        relay: Relay,
        keys_of: Callable[[NodeId], PublicKeys | None],
        registrar: Registrar,
        randomness: Randomness,
        said: CountySettings = CountySettings(),
    ) -> Self:
        """The capabilities on top of ``relay``.

        Args:
            keys_of: knows the keys of every node; ``registrar`` gives nodes new ones.
            said: by the authority, its policy and the settings.
        """
        ground = Ground.on(relay, relay.post_office(keys_of), registrar, randomness)
        casework, notices, reader = ground.casework(), ground.notices(), ground.reader()
        blocks, desks = ground.blocks(said.number_rules), ground.desks(said.directory)
        catalogue = ground.catalogue(said.publishing, said.believed)
        life = ground.life(casework, catalogue, reader, doubtful, said.believed)
        offices = _offices(ground, casework, flows=life.flows, said=said)
        intake = ground.intake(
            reader=reader,
            casework=casework,
            flows=life.flows,
            notices=notices,
            blocks=blocks,
            desks=desks,
            offices=offices,
        )
        cases = ground.case_room(intake)
        papers = _printing(ground, casework, cases, catalogue, flows=life.flows, said=said)
        return cls(
            intake=intake,
            casework=casework,
            case_room=cases,
            documents=papers,
            fees=_fees(relay, papers, blocks, intake),
            flows=life.flows,
            work=life.work,
            supervision=life.supervision,
            figures=life.figures,
            ratings=life.ratings,
            views=life.views,
            reports=reports_of(relay, life.ratings, life.supervision, said.believed),
            departments=life.departments,
            followed=ground.followed,
            review=ground.review(intake),
            handover=ground.handover(casework),
            rosters=ground.rosters,
            numbers=NumberDesk(store=relay.store, blocks=blocks, hold=intake.hold),
            desks=desks,
            offices=offices,
            nodes=ground.nodes(said.directory, said.silence, said.believed),
            catalogue=catalogue,
            drafts=ground.drafts(catalogue, said.publishing),
            reconciliation=ground.reconciliation(),
            housekeeping=ground.housekeeping(notices, said.believed, said.quarantine_days),
            safety=ground.safety(),
            rollback_detector=ground.rollback_detector(catalogue),
        )

    @property
    def role(self) -> RelayRole:
        """What the county adds to its relay."""
        return RelayRole(deliver=self.intake, rollback_check=self.rollback_detector)


def _fees(relay: Relay, papers: DocumentRoom, blocks: NumberBlocks, intake: Intake) -> FeeRoom:
    return FeeRoom.build(
        relay,
        about=papers.orders.about,
        tickets=OwnTickets(issuing=blocks.issuing, node=relay.node, hold=intake.hold),
        prints=papers.orders.make,
        moved=mark,
    )


def _printing(
    ground: Ground,
    casework: Casework,
    cases: CaseRoom,
    catalogue: Catalogue,
    *,
    flows: Flows,
    said: CountySettings,
) -> DocumentRoom:
    """Who makes the papers of cases."""
    return DocumentRoom.build(
        ground.relay,
        documents=casework.documents,
        cases=cases,
        counting=catalogue.counting,
        settings=said.documents,
        flows=flows,
    )


def _offices(ground: Ground, casework: Casework, *, flows: Flows, said: CountySettings) -> Offices:
    """Who lets offices of townships work on cases."""
    return Offices.build(
        ground.relay,
        words=ground.office_words,
        casework=casework,
        cases=ground.cases,
        flows=flows,
        sealer=ground.sealer(),
        followed_by=ground.followed.view.of_cases,
        contacts=said.directory.contacts,
    )
