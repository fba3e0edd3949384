"""What the console's handlers find in their application."""

from collections.abc import Awaitable, Callable, Sequence

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
CaseNames = Callable[[str], Awaitable[Sequence[str]]]
CASE_NAMES: web.AppKey[CaseNames] = web.AppKey("CASE_NAMES")
"""By what the record may call a case: its number, that of its slip, its application's id."""
CLOCK = web.AppKey("CLOCK", ClockOperations)
