"""The work list of whoever asks: open cases at the places at which they can do the next step.

Source: docs/casework.md, "The work list".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.service import Casework
from central.county.departments.asking import Question, who_can
from central.county.departments.staffing import Staffing
from central.county.flows.log import CaseLog
from central.county.flows.models import NEVER, StatusRow
from central.county.flows.place import Place
from central.county.flows.rights import Rights
from central.county.flows.worklist import queries
from central.county.flows.worklist.calls import WHOSE, ListWork, WorkLine, WorkLines
from central.county.flows.worklist.paging import asked, paged
from central.county.flows.worklist.queries import Fits, Spot
from central.store.engine import Store
from protocol.casework.states import State
from protocol.errors import UsageError
from protocol.limits import MAX_NAME_CHARS

MAX_LISTED = 200  # on one page
_Seen = tuple[Collection[str] | None, Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkList:
    """Of one county."""

    store: Store
    casework: Casework
    log: CaseLog
    rights: Rights

    async def page(self, wanted: ListWork, reader: str) -> WorkLines:
        """Cases that are wanted, of those that the reader sees.

        Args:
            reader: account; empty: everything is seen.

        Raises:
            UsageError: ``after`` is no spot, or something is asked for that is not there.
        """
        _check(wanted)
        after = read_spot(wanted.after)
        limit = max(1, min(wanted.limit, MAX_LISTED))

        async def work(session: AsyncSession) -> WorkLines:
            seen = await self._seen(session, reader)
            fits, others = _fits(wanted, seen), _fits(wanted, (None, seen[1]))
            of = await asked(session, fits, reader, others)
            rows, counts = await paged(session, of, wanted.whose, after, limit)
            return WorkLines(
                cases=await self._lines(session, rows[:limit]),
                counts=counts,
                departments=sorted({Place.read(one).department for one in seen[1]} - {""}),
                more=written_spot(rows[limit - 1]) if len(rows) > limit else "",
            )

        return await self.store.transact(work)

    async def _seen(self, session: AsyncSession, reader: str) -> _Seen:
        """Places whose cases the reader sees, None: all; and as they are."""
        every = await queries.places(session)
        staffing = await self.rights.departments.snapshot(session)
        if not reader or not staffing.departments:
            return None, every
        day = self.rights.departments.today
        seen = [one for one in every if reader in _who(staffing, Place.read(one), day)]
        return seen, seen

    async def _lines(self, session: AsyncSession, rows: Sequence[StatusRow]) -> Sequence[WorkLine]:
        keys = [(row.station, row.application) for row in rows]
        handled, lines = await self.casework.handled_of(session, keys), list[WorkLine]()
        for row, key in zip(rows, keys, strict=True):
            if key not in handled:
                continue
            item = await self.log.item_of(session, handled[key].release, row.item)
            lines.append(
                WorkLine(
                    case=handled[key].number,
                    item=row.item,
                    title=item.public_name if item else row.item,
                    state=row.state,
                    department=row.department,
                    post=row.post,
                    holder=row.holder,
                    due="" if row.due == NEVER else row.due,
                    light=row.light,
                    since_ms=row.since_ms,
                )
            )
        return lines


def written_spot(row: StatusRow) -> str:
    """Where a page ended, for an address."""
    return "~".join((row.due, str(row.since_ms), row.station, row.application.hex()))


def read_spot(text: str) -> Spot | None:
    """Where a page ended; None: from the first.

    Raises:
        UsageError: it is no such place.
    """
    if not text:
        return None
    parts = text.split("~")
    try:
        day, since, station, application = parts
        spot = day, int(since), station, bytes.fromhex(application)
    except ValueError:
        raise UsageError(text[:60]) from None
    if not (day.isprintable() and station.isprintable() and 0 <= spot[1] < 1 << 53):
        raise UsageError(text[:60])
    return spot


def _check(wanted: ListWork) -> None:
    texts = (wanted.item, wanted.department, wanted.light, wanted.holder)
    if not all(one.isprintable() and len(one) <= MAX_NAME_CHARS for one in texts):
        raise UsageError("filter")  # PostgreSQL takes no NUL
    if wanted.whose not in WHOSE or (wanted.state and wanted.state not in {*State}):
        raise UsageError(f"{wanted.whose} {wanted.state}"[:40])


def _fits(wanted: ListWork, seen: _Seen) -> Fits:
    places, every = seen
    if wanted.department:
        places = [one for one in every if Place.read(one).department == wanted.department]
    return Fits(
        places=places,
        holder=wanted.holder or None,
        item=wanted.item or None,
        light=wanted.light or None,
        state=wanted.state or None,
    )


def _who(staffing: Staffing, place: Place, day: date) -> Collection[str]:
    asked = Question(
        department=place.department, post=place.post, power=place.power, item="", day=day
    )
    return who_can(staffing, asked)
