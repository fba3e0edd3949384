"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.api.tokens import TokenService

TOKENS = web.AppKey("TOKENS", TokenService)
