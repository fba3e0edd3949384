"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.fees.operations import FeeOperations

FEES = web.AppKey("FEES", FeeOperations)
