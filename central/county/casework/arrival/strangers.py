"""Another application under an id that stands for one already: never taken for a repeat of it.

A draft that was sealed twice after a restore of the PC says the same twice and is a duplicate. What
says something else is somebody else's application, which must not vanish behind a receipt.

Source: docs/protocol.md section 9.
"""

import json
from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.arrival.register import Arrival
from central.county.casework.models import AttachmentRow, CaseRow
from central.county.casework.queries import cases_of, facts_of, files_of
from central.county.ports.keys import Key
from protocol.envelope.payloads import Application
from protocol.ids import EnvelopeId

_Said = tuple[str, str, tuple[tuple[str, bytes], ...]]  # item, form, material and SHA-256 of files


async def strangers(session: AsyncSession, arrivals: Sequence[Arrival]) -> set[EnvelopeId]:
    """Of these, the envelopes whose application id stands for another content."""
    if not arrivals:
        return set()
    known = await facts_of(session, {arrival.key for arrival in arrivals})
    first = await _said_before(session, known) if known else {}
    found: set[EnvelopeId] = set()
    for arrival in arrivals:
        if arrival.key in first:
            if _said_by(first[arrival.key]) != _said_by(arrival.content):
                found.add(arrival.envelope)
        elif arrival.key not in known:
            first[arrival.key] = arrival.content  # compared only if another comes
    return found


async def _said_before(
    session: AsyncSession, keys: Collection[Key]
) -> dict[Key, Application | _Said]:
    """What these cases say; those that were erased say nothing: whatever comes is a repeat."""
    known = await cases_of(session, keys)
    files = await files_of(session, {(case.station, case.envelope_id) for case in known.values()})
    return {
        key: _said_by_case(case, files[case.envelope_id])
        for key, case in known.items()
        if case.erased_ms is None
    }


def _said_by(content: Application | _Said) -> _Said:
    if not isinstance(content, Application):
        return content
    files = tuple(sorted((file.material, file.sha256) for file in content.attachments))
    return content.item, _form(content.form), files


def _said_by_case(case: CaseRow, files: Sequence[AttachmentRow]) -> _Said:
    brought = tuple(sorted((file.material, file.sha256) for file in files))
    return case.item, _form(case.form), brought


def _form(text: str) -> str:
    """The form whatever the order of its fields."""
    return json.dumps(json.loads(text.removeprefix("\ufeff")), sort_keys=True)
