"""Which way things go at one node, and where stations roam."""

from dataclasses import dataclass

from central.relay.routing.roaming import RoamingReports
from central.relay.routing.routes import Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Both."""

    routes: Routes
    reports: RoamingReports
