"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.desks.operations import DeskOperations

DESKS = web.AppKey("DESKS", DeskOperations)
