"""Papers that follow an application: brought like any others, sealed and sent at once.

Source: docs/operations.md, "After handing in".
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from aiohttp import web

from protocol.errors import UsageError, YizhanError
from protocol.errors.clerk import SupplementEmptyError
from protocol.limits import MAX_NOTE_CHARS
from protocol.records.followups import Said, Supplement
from protocol.records.taken_in import Page as PaperPage
from runtime.web.page import Page
from station_agent.desk.followups.address import ONE, application_of
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.papers.pages import START, Papers, papers_of
from station_agent.desk.rights import DeskRight
from station_agent.drafts.following import Following
from station_agent.followups.calls import SendFollowUp
from station_agent.papers.pages import SealedPage

routes = web.RouteTableDef()


@routes.post(f"{ONE}/supplement")
async def begin(request: web.Request) -> web.Response:
    """Papers for an application: those that somebody has begun, or new ones."""
    page = Page(request).needs(DeskRight.WORK)
    begun = await request.app[DESK].following.begin(
        opened_of(page), application_of(request), Following.SUPPLEMENT
    )
    return page.go(f"{START}{begun.item}/{begun.draft}")


@routes.post(ONE + "/supplement/{filing:[0-9a-f]{32}}")
async def send(request: web.Request) -> web.Response:
    """Seal them and queue them; *saved* is said after the commit alone."""
    papers = await papers_of(Page(request))
    said = str((await request.post()).get("words", ""))
    try:
        await _send(papers, said.strip())
    except YizhanError as exc:
        return await papers.show(said=said, error=exc)
    return papers.page.go(f"/applications/{papers.content.follows}?sent#followed")


async def _send(papers: Papers, words: str) -> None:
    if len(words) > MAX_NOTE_CHARS:
        raise UsageError(f"说明有 {len(words)} 个字，最多 {MAX_NOTE_CHARS} 个")
    desk, opened = papers.page.request.app[DESK], opened_of(papers.page)
    pages = await papers.service.sealed(opened.vault, papers.application)
    if not pages:
        raise SupplementEmptyError
    wanted = SendFollowUp(
        follow_up=papers.application,
        application=papers.content.follows,
        said=Said(
            subject=Supplement(words=words), clerk=opened.clerk, pages=tuple(_numbered(pages))
        ),
    )
    await desk.follow_ups.send(papers.page.actor, wanted, pages=pages)


def _numbered(pages: Sequence[SealedPage]) -> Iterator[PaperPage]:
    numbers: Counter[str] = Counter()
    for place, one in enumerate(pages):
        numbers[one.material] += 1
        yield PaperPage(attachment=place, page=numbers[one.material])
