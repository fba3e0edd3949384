"""Catching up: what a node takes from a parent that it does not know, or that turns it away.

A node that was away for a year meets a parent with other keys, or under another TLS authority.
It asks that parent for the roster and the county's time, and for nothing else: both are signed, so
it does not matter who hands them over. Then the node judges the parent by the new roster.

Source: docs/protocol.md section 8.9; docs/adr/0026-trust-in-the-parent.md.
"""

from protocol.codec import Record, pack, unpack
from protocol.errors import (
    MalformedError,
    NodeReplacedError,
    NodeRetiredError,
    NodeStoppedError,
    NodeSuspendedError,
    NotOnRosterError,
    ParentStrangeError,
    YizhanError,
)
from protocol.exchange.messages import EditionNews
from protocol.limits import MAX_COUNT, MAX_EDITION_BYTES, MAX_FRAME_BYTES, MAX_TIME_BYTES
from protocol.trust.edition import Kind

MAX_ANSWER_BYTES = MAX_EDITION_BYTES + MAX_FRAME_BYTES

_TURNED_AWAY = (NodeReplacedError, NodeRetiredError, NodeStoppedError, NodeSuspendedError)


def asks_for_roster(failure: YizhanError) -> bool:
    """Whether an exchange that ended so may be mended, or explained, by a newer roster.

    The parent has a key that we do not know, or says that something has become of us: what that
    is counts only as the county has signed it.
    """
    return isinstance(failure, (ParentStrangeError, NotOnRosterError, *_TURNED_AWAY))


class RosterQuestion(Record, frozen=True, kw_only=True):
    """Is there a newer roster than mine?"""

    held: int  # version; 0 asks for the whole

    def __post_init__(self) -> None:
        """Refuse a number that no honest program sends."""
        if not 0 <= self.held < MAX_COUNT:
            raise ValueError("roster question")


class RosterAnswer(Record, frozen=True, kw_only=True):
    """The newest roster, as changes from the one held or whole; nothing if that is the newest."""

    news: bytes = b""  # EditionNews with the changes inside
    time: bytes = b""  # Signed[TimeStatement]: the county's newest that is known here

    def __post_init__(self) -> None:
        """Refuse a time that no honest program sends."""
        if len(self.time) > MAX_TIME_BYTES:
            raise ValueError("roster answer")


def roster_answer(news: EditionNews | None, body: bytes, time: bytes) -> bytes:
    """What to say to a question: ``news`` with its ``body`` inside, or that there are none."""
    if news is None:
        return pack(RosterAnswer(time=time))
    whole = EditionNews(
        kind=news.kind, version=news.version, base=news.base, proof=news.proof, body=body
    )
    return pack(RosterAnswer(news=pack(whole), time=time))


def read_roster_answer(data: bytes) -> tuple[EditionNews | None, bytes]:
    """What stands in an answer, nothing of it checked here: a roster if it is newer, and the time.

    Raises:
        MalformedError, TooLargeError: no answer, or not about a roster.
    """
    answer = unpack(data, RosterAnswer, limit=MAX_ANSWER_BYTES)
    if not answer.news:
        return None, answer.time
    news = unpack(answer.news, EditionNews, limit=MAX_ANSWER_BYTES)
    if news.kind is not Kind.ROSTER or not news.body:
        raise MalformedError("an answer without a roster")
    return news, answer.time
