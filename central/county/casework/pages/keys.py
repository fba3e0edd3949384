"""What the handlers of these pages find in their application."""

from collections.abc import Callable, Mapping

from aiohttp import web

from central.county.casework.operations import CaseOperations

CASES = web.AppKey("CASES", CaseOperations)
TOWNSHIPS: web.AppKey[Callable[[], Mapping[str, str]]] = web.AppKey("TOWNSHIPS")
"""Names of the townships' hubs by node id."""
