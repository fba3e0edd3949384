"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.flows.bulk.service import Bulk

BULK = web.AppKey("BULK", Bulk)
