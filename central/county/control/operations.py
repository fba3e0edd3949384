"""What other processes may ask the county for, over its control socket or on an open store."""

from dataclasses import dataclass
from typing import Self

from central.county.casework.about import CasesAbout
from central.county.casework.operations import CaseOperations
from central.county.catalogue.exchange.plain import read_plain, write_plain
from central.county.catalogue.operations import CatalogueOperations
from central.county.catalogue.posts import NamedPosts
from central.county.county import County
from central.county.dashboard.service import Dashboard
from central.county.departments.operations import DepartmentOperations, Tables
from central.county.desks.operations import DeskOperations
from central.county.documents.operations import DocumentOperations
from central.county.fees.operations import FeeOperations
from central.county.flows.bulk.service import Bulk
from central.county.flows.choosing import Choosing
from central.county.flows.duplicates.service import Duplicates
from central.county.flows.operations import FlowOperations
from central.county.flows.telephone.service import TelephoneDesk
from central.county.flows.telephone.tries import WrongTries
from central.county.flows.worklist.operations import WorkOperations
from central.county.flows.worklist.saved.service import SavedViews
from central.county.followups.circular_operations import CircularOperations
from central.county.followups.operations import LetterOperations
from central.county.nodes.operations import NodeOperations
from central.county.numbers.operations import NumberOperations
from central.county.offices.operations import OfficeOperations
from central.county.ratings.operations import RatingOperations
from central.county.reconciliation.operations import LedgerOperations
from central.county.reports.operations import ReportOperations
from central.county.review.operations import ReviewOperations
from central.county.supervision.operations import SupervisionOperations
from runtime.control.owner import Operation
from runtime.record import Record
from runtime.system import SystemRandomness


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyOperations:
    """The capabilities of a county, for whoever has the right."""

    cases: CaseOperations
    flows: FlowOperations
    work: WorkOperations
    views: SavedViews
    bulk: Bulk
    duplicates: Duplicates
    telephone: TelephoneDesk
    choosing: Choosing
    documents: DocumentOperations
    fees: FeeOperations
    letters: LetterOperations
    circulars: CircularOperations
    review: ReviewOperations
    catalogue: CatalogueOperations
    ledger: LedgerOperations
    nodes: NodeOperations
    numbers: NumberOperations
    desks: DeskOperations
    offices: OfficeOperations
    departments: DepartmentOperations
    supervision: SupervisionOperations
    ratings: RatingOperations
    reports: ReportOperations
    dashboard: Dashboard

    @classmethod
    def of(cls, county: County, record: Record) -> Self:
        """Those of ``county``; what is done stands in ``record``."""
        flows, work = FlowOperations(county.flows, record), WorkOperations(county.work)
        cases = CaseOperations(county.casework, county.case_room, record)
        return cls(
            cases=cases,
            duplicates=Duplicates(
                store=county.work.store,
                casework=county.casework,
                log=county.flows.log,
                acts=flows,
                cases=cases,
                record=record,
                clock=county.supervision.watch.clock,
            ),
            flows=flows,
            choosing=Choosing(
                store=county.work.store,
                flows=county.flows,
                clock=county.supervision.watch.clock,
            ),
            work=work,
            views=SavedViews(
                store=county.work.store,
                departments=county.departments,
                record=record,
                clock=county.supervision.watch.clock,
                randomness=SystemRandomness(),
            ),
            bulk=Bulk(flows=county.flows, acts=flows, work=work),
            telephone=TelephoneDesk(
                store=county.work.store,
                about=CasesAbout(item_of=county.case_room.item_of),
                flows=county.flows,
                record=record,
                tries=WrongTries(county.supervision.watch.clock),
            ),
            documents=DocumentOperations(county.documents, record),
            fees=FeeOperations(county.fees, record),
            letters=LetterOperations(county.followed.letters, record),
            circulars=CircularOperations(county.followed.circulars, record),
            review=ReviewOperations(county.review, record),
            catalogue=CatalogueOperations(county.catalogue, record),
            ledger=LedgerOperations(county.reconciliation),
            nodes=NodeOperations(county.nodes),
            numbers=NumberOperations(county.numbers, record),
            desks=DeskOperations(county.desks, record),
            offices=OfficeOperations(county.offices, record),
            supervision=SupervisionOperations(county.supervision.cards, record),
            ratings=RatingOperations(county.ratings, record),
            reports=ReportOperations(county.reports, record),
            dashboard=_dashboard(county),
            departments=DepartmentOperations(
                county.departments,
                record,
                flows=NamedPosts(county.catalogue),
                tables=Tables(read=read_plain, write=write_plain),
            ),
        )

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return {
            **self.cases.handlers(),
            **self.flows.handlers(),
            **self.work.handlers(),
            **self.telephone.handlers(),
            **self.documents.handlers(),
            **self.fees.handlers(),
            **self.letters.handlers(),
            **self.circulars.handlers(),
            **self.review.handlers(),
            **self.catalogue.handlers(),
            **self.ledger.handlers(),
            **self.nodes.handlers(),
            **self.numbers.handlers(),
            **self.desks.handlers(),
            **self.offices.handlers(),
            **self.departments.handlers(),
            **self.supervision.handlers(),
            **self.ratings.handlers(),
            **self.reports.handlers(),
            **self.dashboard.handlers(),
        }


def _dashboard(county: County) -> Dashboard:
    return Dashboard(
        store=county.work.store,
        clock=county.reports.clock,
        figures=county.figures,
        cards=county.supervision.cards,
        callbacks=county.ratings.callbacks,
        nodes=county.nodes,
        reconciliation=county.reconciliation,
    )
