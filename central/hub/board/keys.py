"""What the board's handlers find in their application."""

from collections.abc import Callable, Mapping

from aiohttp import web

from central.hub.service import HubService
from central.relay.retry.operation import Retrying
from central.server.sticks import StickService

Release = Callable[[], Mapping[str, bytes]]
"""The entries of the release that the hub carries; empty: none yet."""

RELEASE = web.AppKey[Release]("RELEASE")
HUB = web.AppKey("HUB", HubService)
STICKS = web.AppKey("STICKS", StickService)
RETRYING = web.AppKey("RETRYING", Retrying)
