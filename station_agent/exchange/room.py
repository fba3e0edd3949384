"""Who exchanges for a station, with whom, and on which view of its store."""

from dataclasses import dataclass

from station_agent.exchange.parent import Parentage
from station_agent.exchange.paths import Paths
from station_agent.exchange.service import ExchangeService
from station_agent.exchange.view.factory import ExchangeStoreFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRoom:
    """Of one station."""

    service: ExchangeService
    parentage: Parentage
    paths: Paths  # to the parent, and what else may be one
    stores: ExchangeStoreFactory  # over another link than the parent's HTTPS, too
