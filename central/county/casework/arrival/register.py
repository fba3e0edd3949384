"""The register of cases: opens one for each application, inside the relay's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.arrival.applicants import Applicant
from central.county.casework.arrival.numbering import Numbering
from central.county.casework.arrival.taking import taken_text
from central.county.casework.facts import Case
from central.county.casework.files.received import Brought, CaseFiles
from central.county.casework.finding.index import CaseIndex, Indexed
from central.county.casework.models import CaseRow
from central.county.casework.queries import facts_of
from central.county.ports.keys import Key
from central.store.base import BY_KEY, table_of
from protocol.envelope.payloads import Application
from protocol.envelope.suites import SuiteNumber
from protocol.ids import EnvelopeId, NodeId

_OPEN = insert(table_of(CaseRow)).execution_options(**BY_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An application that was read and found good."""

    station: NodeId
    envelope: EnvelopeId
    suite: SuiteNumber
    content: Application
    unchecked: bool = False  # against no release: people look at it
    number: str = ""  # of a block, as its station gave it; empty: none, or not rightly
    applicant: Applicant = field(default_factory=Applicant)  # as far as the form tells

    @property
    def key(self) -> Key:
        """What makes it one application, in however many envelopes it comes."""
        return self.station, self.content.application


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of an arrival."""

    number: str  # of the case; of a duplicate, that of the first
    duplicate: bool
    complete: bool


class CaseRegister:
    """Opens cases. The caller holds the county's counter, so that nothing races."""

    def __init__(self, numbering: Numbering, index: CaseIndex) -> None:
        self._numbering, self._index = numbering, index

    async def enter(
        self, session: AsyncSession, arrivals: Sequence[Arrival], now_ms: int
    ) -> Mapping[EnvelopeId, Entry]:
        """Open a case for each application that has none; the others are duplicates."""
        if not arrivals:
            return {}
        known = await facts_of(session, {arrival.key for arrival in arrivals})
        first: dict[Key, Arrival] = {}
        for arrival in arrivals:
            if arrival.key not in known:
                first.setdefault(arrival.key, arrival)
        numbers = dict(
            zip(first, await self._numbering.take(session, len(first), now_ms), strict=True)
        )
        await _open_cases(session, first, numbers, now_ms)
        await self._index.enter(session, [_indexed(key, one, now_ms) for key, one in first.items()])
        opened = {key: _opened(first[key], number) for key, number in numbers.items()}
        opened |= {key: _again(case) for key, case in known.items()}
        entries = {
            arrival.envelope: opened[arrival.key]
            if first.get(arrival.key) is arrival
            else replace(opened[arrival.key], duplicate=True)
            for arrival in arrivals
        }
        await _note_files(session, [a for a in arrivals if not entries[a.envelope].complete])
        return entries


async def _open_cases(
    session: AsyncSession, first: Mapping[Key, Arrival], numbers: Mapping[Key, str], now_ms: int
) -> None:
    rows = [_case(arrival, numbers[key], now_ms) for key, arrival in first.items()]
    if rows:
        await session.execute(_OPEN, rows)


async def _note_files(session: AsyncSession, arrivals: Sequence[Arrival]) -> None:
    """Remember what to wait for; of a duplicate too, as its blobs may be the ones that come."""
    brought = [
        Brought(
            station=one.station,
            envelope=one.envelope,
            of=one.content.application,
            attachments=one.content.attachments,
        )
        for one in arrivals
    ]
    await CaseFiles().note(session, brought)


def _opened(arrival: Arrival, number: str) -> Entry:
    return Entry(number=number, duplicate=False, complete=not arrival.content.attachments)


def _again(case: Case) -> Entry:
    return Entry(number=case.number, duplicate=True, complete=case.complete)


def _case(arrival: Arrival, number: str, now_ms: int) -> dict[str, object]:
    content = arrival.content
    return {
        "station": arrival.station,
        "application": content.application,
        "number": number,
        "given_number": arrival.number or None,
        "envelope_id": arrival.envelope,
        "suite": int(arrival.suite),
        "item": content.item,
        "release": content.release,
        "form": content.form.removeprefix("\ufeff"),
        "applicant": arrival.applicant.name,
        "unchecked": arrival.unchecked,
        "corrects": content.corrects or None,
        "supersedes": content.supersedes or None,
        "taken": taken_text(content.taken),
        "received_ms": now_ms,
        "complete_ms": None if content.attachments else now_ms,
    }


def _indexed(key: Key, arrival: Arrival, now_ms: int) -> Indexed:
    return Indexed(
        key=key,
        received_ms=now_ms,
        item=arrival.content.item,
        applicant=arrival.applicant.name,
        people=arrival.applicant.people,
    )
