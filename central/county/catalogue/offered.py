"""Everything that can be asked of the catalogue, in one piece for the composition root."""

from typing import NamedTuple

from central.county.catalogue.days import DayService
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.catalogue.drafts.service import Drafts
from central.county.catalogue.fees import FeeService
from central.county.catalogue.find_commands import FindService
from central.county.catalogue.releases import Releases
from central.county.catalogue.service import Catalogue
from central.store.engine import Store
from protocol.ports import Clock
from runtime.record import Record


class Offered(NamedTuple):
    """The services beside publishing a whole file."""

    days: DayService
    fees: FeeService
    finding: FindService
    drafts: DraftOperations


def catalogue_services(
    store: Store, catalogue: Catalogue, drafts: Drafts, clock: Clock, record: Record
) -> Offered:
    """The services, on what the composition root has made."""
    releases = Releases(store=store, catalogue=catalogue)
    return Offered(
        DayService(newest=catalogue.counting),
        FeeService(newest=catalogue.counting, clock=clock),
        FindService(catalogue.counting),
        DraftOperations(drafts, releases, record),
    )
