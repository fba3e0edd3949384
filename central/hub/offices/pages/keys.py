"""What the handlers of the office's pages find in their application."""

from aiohttp import web

from central.hub.offices.service import HubOffice

OFFICE = web.AppKey("OFFICE", HubOffice)
