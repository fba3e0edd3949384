"""What the handlers of these pages find in their application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from aiohttp import web

from central.county.catalogue.days import DayService
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.catalogue.pages.editing.checking import Checking
from central.county.catalogue.pages.reading import CatalogueReading
from central.county.catalogue.service import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueServices:
    """The services behind the pages of the catalogue."""

    reading: CatalogueReading
    days: DayService
    drafts: DraftOperations
    checking: Checking

    @classmethod
    def of(cls, catalogue: Catalogue, drafts: DraftOperations) -> Self:
        """Those that answer from the newest release of ``catalogue``, as it counts today."""
        counting = catalogue.counting
        reading = CatalogueReading(
            newest=catalogue.newest, counting=counting, today=catalogue.today, drafts=drafts
        )
        return cls(
            reading=reading,
            days=DayService(newest=counting),
            drafts=drafts,
            checking=Checking(catalogue.findings),
        )


CATALOGUE = web.AppKey("CATALOGUE", CatalogueServices)
PLACES: web.AppKey[Callable[[], Mapping[str, str]]] = web.AppKey("PLACES")
"""Tells the names of townships and villages, by division code."""
