"""Between rows of drafts and what people see of them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.catalogue.drafts.calls import STATES, Draft, State, Step
from central.county.catalogue.drafts.models import DraftRow, StepRow
from central.county.catalogue.drafts.persons import same_person
from central.county.catalogue.drafts.queries import count_steps
from protocol.errors import DamagedError, PeerError
from protocol.errors.publishing import DraftEditedError, DraftStateError
from protocol.text import identifier
from protocol.trust.edition import Head, Kind, apply_changes, digest, whole

_WAYS = {  # out of each state
    State.PROPOSED: "请先由另一人审核，通过或退回",
    State.APPROVED: "可以发布、退回，或修改后重新提出",
    State.REJECTED: "请修改后重新提出，或撤回",
    State.PUBLISHED: "要改就重新提出一份；要退回旧版，就到目录历史里选那一版",
    State.WITHDRAWN: "需要时请重新提出一份",
}
Content = tuple[bytes, int, bytes]
"""Digest, number of entries, and the entries in one piece."""


def new_row(number: int) -> DraftRow:
    """A draft without content."""
    return DraftRow(number=number, release=None)


def put_content(entries: dict[str, bytes]) -> Content:
    """Entries as they are kept."""
    return digest(entries), len(entries), whole(entries)


def entries_of(row: DraftRow) -> dict[str, bytes]:
    """The entries of a draft.

    Raises:
        DamagedError: they are not those whose digest it has.
    """
    head = Head(kind=Kind.RELEASE, version=1, count=row.count, digest=row.digest, created_ms=0)
    try:
        return apply_changes({}, row.body, head)
    except PeerError as exc:
        raise DamagedError(f"catalogue draft {row.number}: {exc.code}") from None


def require_state(row: DraftRow, *states: State) -> None:
    """Raise DraftStateError, which says the way out, unless the draft is in one of ``states``."""
    state = State(row.state)
    if state not in states:
        raise DraftStateError(f"草稿 {row.number} {STATES[state]}；{_WAYS[state]}")


def require_seen(row: DraftRow, author: str, replaces: str, new: bytes) -> None:
    """Raise DraftEditedError if new content would undo, unseen, what somebody else has written.

    Args:
        replaces: digest of the content that the new one was made from, in hex; empty: unknown.
        new: digest of the new content; the same as there is undoes nothing.
    """
    known = (
        identifier(replaces).lower() == row.digest.hex()
        if replaces
        else (same_person(author, row.author))
    )
    if not known and row.digest != new:
        raise DraftEditedError(f"草稿 {row.number}，编写人 {row.author}，摘要 {row.digest.hex()}")


def seen(row: DraftRow, authors: Sequence[str], *, overdue: bool) -> Draft:
    """A draft as it is told."""
    return Draft(
        draft=row.number,
        state=State(row.state),
        author=row.author,
        authors=authors,
        approver=row.approver,
        reason=row.reason,
        base=row.base,
        digest=row.digest.hex(),
        edited_ms=row.edited_ms,
        release=row.release,
        overdue=overdue,
    )


def step_of(row: StepRow) -> Step:
    """A step as it is told."""
    return Step(
        step=row.step,
        person=row.person,
        digest=row.digest.hex(),
        reason=row.reason,
        at_ms=row.at_ms,
    )


async def note_step(
    session: AsyncSession, row: DraftRow, step: str, person: str, *, at_ms: int, reason: str = ""
) -> None:
    """Keep what was done to a draft."""
    number = await count_steps(session, row.number) + 1
    session.add(
        StepRow(
            draft=row.number,
            number=number,
            step=step,
            person=person,
            digest=row.digest,
            reason=reason,
            at_ms=at_ms,
        )
    )
