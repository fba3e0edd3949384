"""How an application was taken in at the desk: by whom, for which village, and its pages.

Source: docs/operations.md, "How an application was taken in".
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from protocol.codec import altered
from protocol.errors.clerk import InsistedUnnamedError, OwedLateError, WindowDayError
from protocol.ids import ApplicationId
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS
from protocol.records.taken_in import Mode, Owed, TakenIn
from protocol.text import identifier, person_name
from runtime.web.page import Page
from station_agent.desk.intake.filling import Filling
from station_agent.desk.intake.lacking import Lacking
from station_agent.desk.intake.start import doubts_of, village_of
from station_agent.desk.keys import DESK, opened_of
from station_agent.drafts.signing import UNSIGNED, short, signature_said
from station_agent.drafts.taken import taken_by_itself
from station_agent.papers.pages import SealedPage

INSIST, INSISTED = "-insist", "-insisted"  # fields of the page to read out; no form has such
OWED, DAY = "-owed.", "-day"
ELSEWHERE, DONE = "-elsewhere", "-done"


def taken_at_desk(filling: Filling, papers: Sequence[SealedPage]) -> TakenIn:
    """What the desk knows by itself; when, the service says.

    Args:
        papers: the pages, in the order in which they are handed in.
    """
    item, start = filling.held, filling.said("start")
    taken = taken_by_itself(
        item,
        papers,
        clerk=opened_of(filling.page).clerk,
        village=village_of(filling.page, start),
        agent=filling.agent,
    )
    return altered(taken, doubtful=tuple(one.id for one in doubts_of(item, start)) if item else ())


def with_said(
    taken: TakenIn,
    said: Mapping[str, str],
    lacking: Lacking,
    today: date | None,
    last_days: Mapping[str, date | None],
    *,
    may_insist: bool = False,
    asks_signature: bool = False,
) -> TakenIn:
    """The same with what was said on the page to read out of what is missing now.

    Args:
        said: texts by the names of the page's fields.
        today: by trusted time; None: that is not known, and the clerk says the day.
        last_days: of what may follow, by the ids of materials; None: not known.
        may_insist: also where nothing is missing, as a second clerk may be.
        asks_signature: what is not signed is marked; nothing is refused for it.

    Raises:
        InsistedUnnamedError, WindowDayError, OwedLateError: what was said can't be written down.
        UsageError: too long.
    """
    insists = INSIST in said and (may_insist or bool(lacking))
    return altered(
        taken,
        insisted=_insisted(said) if insists else "",
        owed=tuple(_owed(said, lacking, today, last_days)),
        window_day="" if today else _day(said.get(DAY, "")),
        signed=signature_said(said) or (UNSIGNED if asks_signature else None),
        elsewhere=short(said, ELSEWHERE) if taken.mode is Mode.ASSIST else "",
        done=short(said, DONE, MAX_NOTE_CHARS) if taken.mode is Mode.DIRECT else "",
    )


def _insisted(said: Mapping[str, str]) -> str:
    name = person_name(said.get(INSISTED, ""))
    if not 0 < len(name) <= MAX_NAME_CHARS:
        raise InsistedUnnamedError(str(MAX_NAME_CHARS))
    return name


def _owed(
    said: Mapping[str, str],
    lacking: Lacking,
    today: date | None,
    last_days: Mapping[str, date | None],
) -> Iterator[Owed]:
    for material in sorted(lacking.may_follow):
        until = _day(said.get(f"{OWED}{material}", ""))
        if until and today and until < str(today):
            raise WindowDayError(until)
        last = last_days.get(material)
        if until and last and until > str(last):
            raise OwedLateError(str(last))
        if until:
            yield Owed(material=material, until=until)


def _day(text: str) -> str:
    """A day as it was typed; empty if none was."""
    day = identifier(text)
    try:
        return str(date.fromisoformat(day)) if day else ""
    except ValueError:
        raise WindowDayError(day[:20]) from None


async def papers_of(page: Page, application: ApplicationId) -> list[SealedPage]:
    """The pages of its papers, as they are handed in."""
    return await page.request.app[DESK].papers().sealed(opened_of(page).vault, application)
