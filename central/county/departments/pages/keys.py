"""What the handlers of these pages find in their application."""

from collections.abc import Awaitable, Callable, Collection, Mapping

from aiohttp import web

from central.county.departments.operations import DepartmentOperations

DEPARTMENTS = web.AppKey("DEPARTMENTS", DepartmentOperations)
Names = Callable[[Collection[str]], Awaitable[Mapping[str, str]]]
ITEM_NAMES: web.AppKey[Names] = web.AppKey("ITEM_NAMES")
"""What items are called, by their codes."""
