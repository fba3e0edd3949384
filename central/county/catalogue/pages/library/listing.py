"""The library of materials: searched, and one paper with all that refers to it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.item import draft_of
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.library.followers import followers
from central.county.catalogue.pages.library.inputs import OWN_WORDS
from central.county.catalogue.pages.library.shelf import papers_of
from central.county.catalogue.pages.reading import Source
from central.county.catalogue.pages.values import (
    library_material,
    listed,
    mapping,
    objects,
    plain,
    text,
)
from central.county.catalogue.pages.views.limits import limit_words
from central.county.catalogue.pages.views.words import COUNTS, SAID
from protocol.catalogue.documents import Document
from protocol.errors import MaterialUnknownError
from runtime.web.numbers import whole_number
from runtime.web.page import Page
from runtime.web.plurals import filled

routes = web.RouteTableDef()

MATERIAL = "{material:[A-Za-z0-9][A-Za-z0-9._-]{0,49}}"
_MOST_CHARS, _MOST_PAGES = 60, 10**6
Words = Callable[[str], str]


@routes.get("/catalogue/materials")
async def shown_all(request: web.Request) -> web.Response:
    """The papers that fit what is asked for, those that most items refer to first."""
    page = Page(request).needs(Right.LOOK)
    wanted = request.query.get("text", "")[:_MOST_CHARS].strip()
    source = await request.app[CATALOGUE].reading.source(page.actor)
    at = whole_number(request.query.get("page", ""), most=_MOST_PAGES) or 1
    return page.show(
        "catalogue/library.html",
        source=source,
        found=await asyncio.to_thread(papers_of, source.entries, wanted, at),
        wanted=wanted,
        counts=lambda raw: counts_of(raw, words_of(page)),
        at=lambda number: f"/catalogue/materials?{urlencode({'text': wanted, 'page': number})}",
    )


@routes.get(f"/catalogue/materials/{MATERIAL}")
async def shown(request: web.Request) -> web.Response:
    """One paper, and the items that refer to it."""
    page = Page(request).needs(Right.LOOK)
    name = request.match_info["material"]
    source = await request.app[CATALOGUE].reading.source(page.actor, draft_of(page))
    raw = paper_in(source, name)
    return page.show(
        "catalogue/paper.html",
        source=source,
        id=name,
        raw=raw,
        facts=list(facts_of(raw, words_of(page))),
        faults=objects(raw, "faults"),
        users=await asyncio.to_thread(followers, source.entries, name),
        own=OWN_WORDS,
        saved="saved" in request.query,
    )


def paper_in(source: Source, name: str) -> Document:
    """A paper of the library. Raises MaterialUnknownError."""
    found = library_material(source.entries, name)
    if not found:
        raise MaterialUnknownError(f"材料库里没有“{name}”")
    return found


def words_of(page: Page) -> Words:
    """What translates for the reader of a page."""
    return page.site.templates.words[page.language].gettext


def counts_of(raw: Document, words: Words) -> Sequence[str]:
    """How many of it, and what becomes of the original, in words."""
    found = [
        filled(words(COUNTS[key]), {"count": plain(raw[key])}) for key in COUNTS if raw.get(key)
    ]
    keep = text(raw, "keep")
    return [*found, words(SAID[keep])] if keep in ("seen", "kept") else found


def facts_of(raw: Document, words: Words) -> Iterator[tuple[str, str]]:
    """What is said of it, by label."""
    yield words(SAID["hint"]), text(raw, "hint")
    yield words(SAID["pages"]), "、".join(map(plain, listed(raw, "pages")))
    yield words("份数"), " · ".join(counts_of(raw, words))
    later = mapping(raw, "later")
    if later:
        limit = limit_words(text(later, "limit"), words)
        yield words(SAID["later"]), f"{limit} · {text(later, 'promise')}"
