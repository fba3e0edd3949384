"""What other processes may ask the county for, over its control socket or on an open store."""

from dataclasses import dataclass
from typing import Self

from central.county.casework.operations import CaseOperations
from central.county.catalogue.operations import CatalogueOperations
from central.county.county import County
from central.county.desks.operations import DeskOperations
from central.county.followups.operations import LetterOperations
from central.county.nodes.operations import NodeOperations
from central.county.numbers.operations import NumberOperations
from central.county.reconciliation.operations import LedgerOperations
from central.county.review.operations import ReviewOperations
from runtime.control.owner import Operation
from runtime.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyOperations:
    """The capabilities of a county, for whoever has the right."""

    cases: CaseOperations
    letters: LetterOperations
    review: ReviewOperations
    catalogue: CatalogueOperations
    ledger: LedgerOperations
    nodes: NodeOperations
    numbers: NumberOperations
    desks: DeskOperations

    @classmethod
    def of(cls, county: County, record: Record) -> Self:
        """Those of ``county``; what is done stands in ``record``."""
        return cls(
            cases=CaseOperations(county.casework, county.case_room, record),
            letters=LetterOperations(county.followed.letters, record),
            review=ReviewOperations(county.review, record),
            catalogue=CatalogueOperations(county.catalogue, record),
            ledger=LedgerOperations(county.reconciliation),
            nodes=NodeOperations(county.nodes),
            numbers=NumberOperations(county.numbers, record),
            desks=DeskOperations(county.desks, record),
        )

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return {
            **self.cases.handlers(),
            **self.letters.handlers(),
            **self.review.handlers(),
            **self.catalogue.handlers(),
            **self.ledger.handlers(),
            **self.nodes.handlers(),
            **self.numbers.handlers(),
            **self.desks.handlers(),
        }
