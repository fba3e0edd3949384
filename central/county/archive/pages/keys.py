"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.archive.operations import ArchiveOperations

ARCHIVE = web.AppKey("ARCHIVE", ArchiveOperations)
