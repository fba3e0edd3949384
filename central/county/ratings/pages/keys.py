"""What the handlers of these pages find in their application."""

from aiohttp import web

from central.county.ratings.operations import RatingOperations

RATINGS = web.AppKey("RATINGS", RatingOperations)
