"""Composition of a site: the same for console and board, but for its pages and rights."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from central.config import ServerConfig
from central.staff.accounts import Accounts
from central.staff.logins import Logins
from central.staff.roles import Job, Right
from central.staff.second import SecondFactor
from central.store.engine import Store
from central.web import entrance, people
from central.web.guard import FormTokens
from central.web.parcels import Parcels
from central.web.site import Site
from central.web.tasks import Tasks
from central.web.templates import Templates
from protocol.ports import Clock, Randomness
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
    clock: Clock,
    randomness: Randomness,
    shared: Mapping[web.AppKey[Any], Any] | None = None,
) -> Site:
    """The site of one node.

    Args:
        menu: template with the links of the menu.
        home: path of the first page.
        packages: whose ``templates`` folders the pages take their templates from.
        routes: pages beside those of the entrance and the accounts.
        shared: what their handlers find in the application.
    """
    second = SecondFactor(identity.keys, f"驿站 {identity.name}")
    return Site(
        title=identity.name,
        menu=menu,
        home=home,
        role=identity.role.value,
        operations=operations,
        templates=Templates(packages),
        accounts=accounts,
        logins=Logins(
            store,
            rights=rights,
            second=second,
            clock=clock,
            randomness=randomness,
            idle_s=config.idle_s,
        ),
        second=second,
        second_required=config.second_factor == "required",
        tasks=Tasks(clock, randomness),
        parcels=Parcels(clock, randomness),
        tokens=FormTokens(randomness.token(_SECRET_BYTES)),
        clock=clock,
        routes=(entrance.routes, people.routes, *routes),
        shared=shared or {},
    )
