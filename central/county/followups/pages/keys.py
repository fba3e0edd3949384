"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.followups.circular_operations import CircularOperations
from central.county.followups.operations import LetterOperations

LETTERS = web.AppKey("LETTERS", LetterOperations)
CIRCULARS = web.AppKey("CIRCULARS", CircularOperations)
