"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.supervision.operations import SupervisionOperations

SUPERVISION = web.AppKey("SUPERVISION", SupervisionOperations)
