"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.reports.operations import ReportOperations

REPORTS = web.AppKey("REPORTS", ReportOperations)
