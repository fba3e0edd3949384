"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.flows.duplicates.service import Duplicates

DUPLICATES = web.AppKey("DUPLICATES", Duplicates)
