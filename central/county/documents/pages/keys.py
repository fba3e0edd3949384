"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.documents.operations import DocumentOperations

DOCUMENTS = web.AppKey("DOCUMENTS", DocumentOperations)
