"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.flows.worklist.operations import WorkOperations
from central.county.flows.worklist.saved.service import SavedViews

VIEWS = web.AppKey("VIEWS", SavedViews)
WORK = web.AppKey("WORK", WorkOperations)
