"""What the console's handlers find in their application."""

from aiohttp import web

from central.county.nodes.operations import ClockOperations
from central.county.nodes.service import NodeWatch
from central.county.review.operations import ReviewOperations
from provisioning.authority import Authority
from provisioning.operations import Provisioning

NODES = web.AppKey("NODES", NodeWatch)
PROVISIONING = web.AppKey("PROVISIONING", Provisioning)
AUTHORITY = web.AppKey("AUTHORITY", Authority)
REVIEW_QUEUE = web.AppKey("REVIEW_QUEUE", ReviewOperations)
CLOCK = web.AppKey("CLOCK", ClockOperations)
