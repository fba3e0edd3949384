"""What the handler of this page finds in its application."""

from aiohttp import web

from central.county.dashboard.service import Dashboard

DASHBOARD_OF = web.AppKey("DASHBOARD_OF", Dashboard)
