"""The register of what follows applications: each once, inside the relay's transaction.

Source: docs/protocol.md sections 6 and 9.2; docs/adr/0051-follow-ups.md.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.arrival.completion import Completed
from central.county.casework.arrival.register import Entry
from central.county.casework.cases import Cases
from central.county.casework.files.received import Brought, CaseFiles
from central.county.followups.models import FollowUpRow
from central.county.followups.queries import rows_of
from central.county.ports.keys import Key
from central.store.base import BY_KEY, table_of
from protocol.envelope.payloads import FollowUp
from protocol.envelope.suites import SuiteNumber
from protocol.errors import YizhanError
from protocol.errors.clerk import FollowUpStrangerError, FollowUpTakenError
from protocol.ids import EnvelopeId, NodeId
from protocol.json_values import to_json
from protocol.records.followups import Confirmation, subject_name

_ADD = insert(table_of(FollowUpRow)).execution_options(**BY_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpArrival:
    """A follow-up that was read and found good."""

    station: NodeId
    envelope: EnvelopeId
    suite: SuiteNumber
    content: FollowUp

    @property
    def key(self) -> Key:
        """What makes it one, in however many envelopes it comes."""
        return self.station, self.content.follow_up


class FollowUpRegister:
    """Keeps them. The caller holds the county's counter, so that nothing races."""

    def __init__(self, *, cases: Cases, files: CaseFiles) -> None:
        self._cases, self._files = cases, files

    async def wrong(
        self, session: AsyncSession, arrivals: Sequence[FollowUpArrival]
    ) -> Mapping[EnvelopeId, YizhanError]:
        """Which of them can't be taken, and why: that harms their sender alone."""
        if not arrivals:
            return {}
        said = {key: row.said for key, row in (await self._known(session, arrivals)).items()}
        named = {one.content.application for one in arrivals} - {b""}
        owners = await self._cases.stations_of(session, named) if named else {}
        own_ids = await self._cases.of(session, {one.key for one in arrivals})
        found: dict[EnvelopeId, YizhanError] = {}
        for one in arrivals:
            stations = owners.get(one.content.application, frozenset())
            first = said.setdefault(one.key, _said(one))
            if one.key in own_ids or (first and not _same(first, _said(one))):
                found[one.envelope] = FollowUpTakenError(one.content.follow_up.hex())
            elif stations and one.station not in stations:
                found[one.envelope] = FollowUpStrangerError(one.content.application.hex())
        return found

    async def enter(
        self, session: AsyncSession, arrivals: Sequence[FollowUpArrival], now_ms: int
    ) -> Mapping[EnvelopeId, Entry]:
        """Keep each that is new; the others are duplicates."""
        if not arrivals:
            return {}
        known = await self._known(session, arrivals)
        whole = await self._files.whole(session, known)
        first: dict[Key, FollowUpArrival] = {}
        for one in arrivals:
            if one.key not in known:
                first.setdefault(one.key, one)
        if first:
            await session.execute(_ADD, [_row(one, now_ms) for one in first.values()])
        entries = {
            one.envelope: Entry(
                number="",
                duplicate=first.get(one.key) is not one,
                complete=not one.content.attachments or one.key in whole,
            )
            for one in arrivals
        }
        fresh = [one for one in arrivals if not entries[one.envelope].complete]
        await self._files.note(session, [_brought(one) for one in fresh])
        return entries

    async def completed(self, session: AsyncSession, whole: Collection[Key]) -> list[Completed]:
        """Of files that are all here now, the follow-ups that they belong to."""
        rows = await rows_of(session, whole) if whole else {}
        return [
            Completed(
                station=NodeId(row.station),
                application=row.follow_up,
                number="",
                suite=SuiteNumber(row.suite),
            )
            for row in rows.values()
        ]

    async def _known(
        self, session: AsyncSession, arrivals: Sequence[FollowUpArrival]
    ) -> dict[Key, FollowUpRow]:
        return await rows_of(session, {one.key for one in arrivals})


def _said(one: FollowUpArrival) -> str:
    """All that is said, and of what: in another envelope it must be the same."""
    content = one.content
    files = sorted((file.material, file.sha256.hex()) for file in content.attachments)
    told = {"said": to_json(content.said), "of": content.application.hex(), "files": files}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _same(first: str, again: str) -> bool:
    """Whether the same is said: by another clock, if a PC was set back in between."""
    told = [json.loads(said) for said in (first, again)]
    for one in told:
        one["said"].pop("at_ms", None)
    return bool(told[0] == told[1])


def _row(one: FollowUpArrival, now_ms: int) -> dict[str, object]:
    content, subject = one.content, one.content.said.subject
    return {
        "station": one.station,
        "follow_up": content.follow_up,
        "application": content.application or None,
        "circular": subject.circular if isinstance(subject, Confirmation) else None,
        "envelope_id": one.envelope,
        "suite": int(one.suite),
        "about": subject_name(subject),
        "said": _said(one),
        "received_ms": now_ms,
    }


def _brought(one: FollowUpArrival) -> Brought:
    return Brought(
        station=one.station,
        envelope=one.envelope,
        of=one.content.follow_up,
        attachments=one.content.attachments,
    )
