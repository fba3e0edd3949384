"""How the API of an open county is made."""

from collections.abc import Callable
from pathlib import Path

from central.county.api.answers import Answers
from central.county.api.scope import Scope
from central.county.api.service import ApiService
from central.county.api.site import USUAL, ApiSite, application
from central.county.control.node import CountyNode
from central.county.flows.feed import Feed
from central.pages.opening import api_opening_of
from central.server.config import ServerConfig


def api_of(
    data: Path, node: CountyNode, config: ServerConfig, tell: Callable[[str], None]
) -> ApiSite | None:
    """The API of an open county; None if the settings want none."""
    opening = api_opening_of(data, config, USUAL)
    if opening is None:
        return None
    services, relay = node.services, node.relay
    scope = Scope(flows=node.county.flows, departments=node.county.departments)
    service = ApiService(
        store=relay.store,
        cases=services.asked.cases,
        flows=services.asked.flows,
        scope=scope,
        feed=Feed(store=relay.store),
        catalogue=node.county.catalogue,
        item_of=node.county.case_room.item_of,
        record=services.accounts.record,
    )
    answers = Answers(store=relay.store, clock=relay.clock)
    app = application(service, services.tokens, answers, relay.clock)
    return ApiSite(app=app, opening=opening, tell=tell)
