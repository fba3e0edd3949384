"""What becomes of a page that was sent: checked, shown again, or made a draft."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from central.county.catalogue.pages.item import draft_of
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.reading import Source
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding, Level, findings_of
from protocol.errors import CatalogueError, YizhanError
from runtime.web.page import Page, is_fragment

Show = Callable[[Sequence[Finding], YizhanError | None], web.Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A change of the catalogue that was typed."""

    source: Source  # that it changes
    findings: Sequence[Finding]  # about what was typed
    change: Callable[[dict[str, Any]], None]  # of a file
    show: Show  # the page, or the part of it that tells the findings
    to: Callable[[int], str]  # where it goes on once it is the draft of this number
    do: str = "save"  # the button that makes it a draft


async def source_of(page: Page) -> Source:
    """What a page edits: the newest release, or the draft that its address names."""
    return await page.request.app[CATALOGUE].reading.source_to_edit(page.actor, draft_of(page))


async def answered(page: Page, attempt: Attempt) -> web.Response:
    """The page again with what the checks say, or on to the draft that it became."""
    do = (await page.request.post()).get("do")
    wrong = any(one.level is Level.ERROR for one in attempt.findings)
    if is_fragment(page.request) or do != attempt.do or wrong:
        return attempt.show(attempt.findings, None)
    number = attempt.source.draft.draft if attempt.source.draft else 0
    drafts = page.request.app[CATALOGUE].drafts
    try:
        made = await drafts.propose_change(page.actor, attempt.change, number)
    except CatalogueError as exc:
        return attempt.show(findings_of(exc), None)
    except YizhanError as exc:
        return attempt.show(attempt.findings, exc)
    return page.go(attempt.to(made.draft))


def item_put(item: Document) -> Callable[[dict[str, Any]], None]:
    """Puts an item into a file; another of this code is replaced."""

    def put(file: dict[str, Any]) -> None:
        others = [one for one in file["items"] if one["id"] != item.get("id")]
        file["items"] = [*others, item]

    return put


def is_bad(findings: Sequence[Finding], error: YizhanError | None) -> bool:
    """Whether the answer is one of a fault."""
    return error is not None or any(one.level is Level.ERROR for one in findings)
