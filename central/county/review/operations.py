"""What the command line asks of the review queue."""

from collections.abc import Mapping
from typing import Any

from central.county.review.calls import ACCEPT, REJECT, REVIEW
from central.county.review.service import Review
from protocol.ids import digest_of
from runtime.control.owner import Operation, Report

PAGE = 500  # in one answer: at most 16 MB of forms
SAID = {REVIEW: ("after",), ACCEPT: ("envelope",), REJECT: ("envelope",)}

Args = Mapping[str, Any]


def review_operations(review_queue: Review) -> dict[str, Operation]:
    """The operations by name."""

    async def review(args: Args, _: Report) -> list[dict[str, Any]]:
        station, _colon, envelope = args["after"].partition(":")
        after = (station, digest_of(envelope) if envelope else b"")
        return [view.json() for view in await review_queue.page(after=after, limit=PAGE)]

    async def accept(args: Args, _: Report) -> dict[str, Any]:
        return (await review_queue.accept(digest_of(args["envelope"]))).json()

    async def reject(args: Args, _: Report) -> dict[str, Any]:
        return (await review_queue.reject(digest_of(args["envelope"]), args["note"])).json()

    return {REVIEW: review, ACCEPT: accept, REJECT: reject}
