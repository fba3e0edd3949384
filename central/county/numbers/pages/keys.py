"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.numbers.operations import NumberOperations

NUMBERS = web.AppKey("NUMBERS", NumberOperations)
