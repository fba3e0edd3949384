"""Drafts that wait for a second person for too long: somebody is told, nothing is published."""

import logging
from collections.abc import Awaitable, Callable

from central.county.catalogue.drafts import Drafts

log = logging.getLogger(__name__)

REVIEW_OVERDUE = "catalogue.review-overdue"


async def drafts_overdue(drafts: Drafts) -> list[dict[str, str]]:
    """An alarm ``{code, words}`` for each."""
    return [
        {
            "code": REVIEW_OVERDUE,
            "words": f"目录草稿 {one.draft}（编写 {one.author}）超过期限还没有审核，"
            "未经核准不会发布。请催办，或用 catalogue reject 退回。",
        }
        for one in await drafts.overdue()
    ]


def drafts_watch(drafts: Drafts) -> Callable[[], Awaitable[None]]:
    """A job that says in the log which drafts wait for too long, until none does."""

    async def watch() -> None:
        for alarm in await drafts_overdue(drafts):
            log.warning(alarm["words"], extra={"event": "catalogue.alarm", "code": alarm["code"]})

    return watch
