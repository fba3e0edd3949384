"""The monthly reports of a county, made of what it counts."""

from collections.abc import Callable

from central.county.ratings.room import RatingRoom
from central.county.reports.gathering import Gathering
from central.county.reports.service import Reports
from central.county.supervision.service import Supervision
from central.county.supervision.watch import yellow_now
from central.relay.service import Relay


def reports_of(
    relay: Relay,
    ratings: RatingRoom,
    supervision: Supervision,
    believed: Callable[[], bool],
) -> Reports:
    """Of one county.

    Args:
        believed: whether this machine's date can be believed now.
    """

    def county() -> tuple[str, str]:
        entry = relay.editions.roster.nodes[relay.node]
        return entry.name, entry.code

    return Reports(
        store=relay.store,
        gathering=Gathering(
            store=relay.store,
            figures=ratings.opening.figures,
            ratings=ratings.sums,
            courses=ratings.callbacks.cases,
            calendars=ratings.opening.calendars,
            yellow=yellow_now,
            given=supervision.cards.given,
        ),
        signer=relay.identity.keys.signer,
        clock=relay.clock,
        county=county,
        believed=believed,
    )
