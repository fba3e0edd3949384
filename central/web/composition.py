"""Composition of a site: the same for console and board, but for its pages and rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from central.config import ServerConfig
from central.relay.service import Relay
from central.staff.accounts import Accounts
from central.staff.codetime import county_times
from central.staff.logins import Logins
from central.staff.onetime import OneTime
from central.staff.proposals import Proposals
from central.staff.roles import Job, Right
from central.staff.second import SecondFactor
from central.web import entrance, onetime, own, people, proposals
from central.web.guard import FormTokens
from central.web.repeats import Repeats
from central.web.site import Site, ToShow
from central.web.tasks import Tasks
from central.web.templates import Templates
from central.web.uploads import Uploads
from protocol.ports import Randomness
from runtime.control.owner import Operation

_SECRET_BYTES = 32
_ROUTES = (entrance.routes, own.routes, people.routes, onetime.routes, proposals.routes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a console or board has of its own."""

    menu: str  # template with the links of the menu
    home: str  # path of the first page
    packages: Sequence[str]  # whose ``templates`` folders the pages take their templates from
    routes: Sequence[web.RouteTableDef]  # pages beside those of the entrance and the accounts
    rights: Mapping[Job, frozenset[Right]]
    operations: Mapping[str, Operation]
    shared: Mapping[web.AppKey[Any], Any] = field(default_factory=dict)  # for their handlers
    to_show: Mapping[str, ToShow] = field(default_factory=dict)
    """What of the answers of operations that take two persons is shown once."""


def site_of(
    relay: Relay,
    accounts: Accounts,
    config: ServerConfig,
    randomness: Randomness,
    contents: Contents,
) -> Site:
    """The site of the node of ``relay``; codes of telephones are judged by the county's time."""
    identity, store, clock = relay.identity, relay.store, relay.clock
    rights = contents.rights
    second = SecondFactor(identity.keys, f"驿站 {identity.name}", county_times(relay.times.trusted))
    logins = Logins(
        store,
        rights=rights,
        second=second,
        tries=accounts.tries,
        clock=clock,
        randomness=randomness,
        idle_s=config.idle_s,
    )
    return Site(
        node=identity.node,
        title=identity.name,
        menu=contents.menu,
        home=contents.home,
        role=identity.role.value,
        operations=contents.operations,
        templates=Templates(contents.packages),
        accounts=accounts,
        rights=rights,
        logins=logins,
        second=second,
        second_required=config.second_factor == "required",
        tasks=Tasks(clock, randomness),
        uploads=Uploads(clock, randomness),
        onetime=OneTime(store, identity.keys, clock=clock, randomness=randomness),
        proposals=Proposals(store, clock=clock, randomness=randomness),
        repeats=Repeats(clock),
        to_show={**people.to_show(identity.role.value), **contents.to_show},
        tokens=FormTokens(randomness.token(_SECRET_BYTES)),
        clock=clock,
        chance=randomness.token,
        routes=(*_ROUTES, *contents.routes),
        shared=contents.shared,
    )
