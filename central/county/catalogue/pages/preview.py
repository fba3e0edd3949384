"""An item as the clerk works with it, and as the applicant's slip has it; also of a draft."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.item import CODE, draft_of
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.reading import ItemFound
from central.county.catalogue.pages.values import mapping, text
from central.county.catalogue.pages.views.form_fields import titles_of
from central.county.catalogue.pages.views.limits import limit_words
from central.county.catalogue.pages.views.prices import Prices
from central.county.catalogue.pages.views.words import SAID
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.items.materials import Group, Material
from protocol.catalogue.items.release import parse_item
from protocol.trust.schedule import local_time
from runtime.web.page import Page

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bring:
    """One line of what to bring."""

    name: str
    note: str  # of which one is enough, or what of it is asked for
    hint: str  # for the clerk alone: how it is scanned, or which shared data has it
    must: bool


@routes.get(f"/catalogue/items/{CODE}/preview")
async def shown(request: web.Request) -> web.Response:
    """The clerk's questions, papers and form beside the slip."""
    page = Page(request).needs(Right.LOOK)
    code = request.match_info["code"]
    found = await request.app[CATALOGUE].reading.item(page.actor, code, draft_of(page))
    item = parse_item(found.entries[found.code], found.entries)
    words = page.site.templates.words[page.language].gettext
    today = local_time(page.site.clock.now_ms()).date()
    prices = Prices(titles_of(mapping(found.raw, "schema")), words)
    rule = next((one for one in item.fee_rules if one.holds_on(today)), None)
    return page.show(
        "catalogue/preview.html",
        found=found,
        item=item,
        laid=layout(item.schema, {}, language=page.language, spare_rows=1),
        papers=[_bring(paper, words) for paper in item.papers],
        promised=limit_words(_limit(found, "promised") or _limit(found, "legal"), words),
        price=prices.lines(rule.form) if rule else [],
        bring=[_bring(paper, words) for paper in item.papers if not _is_shared(paper)],
    )


def _limit(found: ItemFound, key: str) -> str:
    return text(mapping(found.raw, "limits"), key)


def _is_shared(paper: Material | Group) -> bool:
    """Whether nobody has to bring it: of a group one member is enough."""
    return paper.covered_by is not None if isinstance(paper, Group) else bool(paper.shared)


def _bring(paper: Material | Group, words: Callable[[str], str]) -> Bring:
    if isinstance(paper, Group):
        names = "、".join(one.name for one in paper.one_of)
        told = (
            f"{one.name} {words(SAID['shared'])}：{one.shared}"
            for one in paper.one_of
            if one.shared
        )
        return Bring(name=paper.name, note=names, hint="；".join(told), must=paper.must_attach)
    hint = f"{words(SAID['shared'])}：{paper.shared}" if paper.shared else paper.hint
    return Bring(name=paper.name, note=paper.note, hint=hint, must=paper.must_attach)
