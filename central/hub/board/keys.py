"""What the board's handlers find in their application."""

from aiohttp import web

from central.hub.service import HubService
from central.relay.retry.operation import Retrying
from central.server.sticks import StickService

HUB = web.AppKey("HUB", HubService)
STICKS = web.AppKey("STICKS", StickService)
RETRYING = web.AppKey("RETRYING", Retrying)
