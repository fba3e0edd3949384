"""Composition of a site: the same for console and board, but for its pages and rights."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from central.config import ServerConfig
from central.staff.accounts import Accounts
from central.staff.codetime import county_times
from central.staff.logins import Logins
from central.staff.onetime import OneTime
from central.staff.proposals import Proposals
from central.staff.roles import Job, Right
from central.staff.second import SecondFactor
from central.store.engine import Store
from central.web import entrance, onetime, own, people, proposals
from central.web.guard import FormTokens
from central.web.repeats import Repeats
from central.web.site import Site, ToShow
from central.web.tasks import Tasks
from central.web.templates import Templates
from central.web.uploads import Uploads
from protocol.ports import Clock, Randomness
from protocol.trusted_clock import TrustedClock
from runtime.control.owner import Operation
from runtime.identity import Identity

_SECRET_BYTES = 32


def site_of(
    identity: Identity,
    store: Store,
    accounts: Accounts,
    config: ServerConfig,
    *,
    menu: str,
    home: str,
    packages: Sequence[str],
    routes: Sequence[web.RouteTableDef],
    rights: Mapping[Job, frozenset[Right]],
    operations: Mapping[str, Operation],
    trusted: TrustedClock,
    clock: Clock,
    randomness: Randomness,
    shared: Mapping[web.AppKey[Any], Any] | None = None,
    to_show: Mapping[str, ToShow] | None = None,
) -> Site:
    """The site of one node.

    Args:
        menu: template with the links of the menu.
        home: path of the first page.
        packages: whose ``templates`` folders the pages take their templates from.
        routes: pages beside those of the entrance and the accounts.
        shared: what their handlers find in the application.
        trusted: the county's time, by which codes of telephones are judged.
        to_show: what of the answers of operations that take two persons is shown once.
    """
    second = SecondFactor(identity.keys, f"驿站 {identity.name}", county_times(trusted))
    return Site(
        node=identity.node,
        title=identity.name,
        menu=menu,
        home=home,
        role=identity.role.value,
        operations=operations,
        templates=Templates(packages),
        accounts=accounts,
        rights=rights,
        logins=Logins(
            store,
            rights=rights,
            second=second,
            tries=accounts.tries,
            clock=clock,
            randomness=randomness,
            idle_s=config.idle_s,
        ),
        second=second,
        second_required=config.second_factor == "required",
        tasks=Tasks(clock, randomness),
        uploads=Uploads(clock, randomness),
        onetime=OneTime(store, identity.keys, clock=clock, randomness=randomness),
        proposals=Proposals(store, clock=clock, randomness=randomness),
        repeats=Repeats(clock),
        to_show={**people.to_show(identity.role.value), **(to_show or {})},
        tokens=FormTokens(randomness.token(_SECRET_BYTES)),
        clock=clock,
        chance=randomness.token,
        routes=(
            entrance.routes,
            own.routes,
            people.routes,
            onetime.routes,
            proposals.routes,
            *routes,
        ),
        shared=shared or {},
    )
