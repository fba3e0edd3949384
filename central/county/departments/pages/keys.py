"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.departments.operations import DepartmentOperations

DEPARTMENTS = web.AppKey("DEPARTMENTS", DepartmentOperations)
