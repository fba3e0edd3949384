"""What the handlers of this page find in their application."""

from aiohttp import web

from central.county.offices.operations import OfficeOperations

OFFICES = web.AppKey("OFFICES", OfficeOperations)
