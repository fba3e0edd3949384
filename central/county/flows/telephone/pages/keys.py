"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.flows.telephone.service import TelephoneDesk

TELEPHONE = web.AppKey("TELEPHONE", TelephoneDesk)
