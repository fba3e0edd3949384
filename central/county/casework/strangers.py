"""Another application under an id that stands for one already: never taken for a repeat of it.

A draft that was sealed twice after a restore of the PC says the same twice and is a duplicate. What
says something else is somebody else's application, which must not vanish behind a receipt.

Source: docs/protocol.md section 9.
"""

import json
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.models import AttachmentRow, CaseRow
from central.county.casework.queries import Key, cases_of, files_of
from central.county.casework.register import Arrival
from protocol.envelope.payloads import Application
from protocol.ids import EnvelopeId

_Said = tuple[str, str, tuple[tuple[str, bytes], ...]]  # item, form, material and SHA-256 of files


async def strangers(session: AsyncSession, arrivals: Sequence[Arrival]) -> set[EnvelopeId]:
    """Of these, the envelopes whose application id stands for another content."""
    if not arrivals:
        return set()
    known = await cases_of(session, {arrival.key for arrival in arrivals})
    files = await files_of(session, {(case.station, case.envelope_id) for case in known.values()})
    said: dict[Key, _Said] = {
        key: _said_by_case(case, files[case.envelope_id])
        for key, case in known.items()
        if case.erased_ms is None  # what it said is gone: whatever comes is a repeat
    }
    found: set[EnvelopeId] = set()
    for arrival in arrivals:
        if arrival.key in known and arrival.key not in said:
            continue
        if said.setdefault(arrival.key, content := _said_by(arrival.content)) != content:
            found.add(arrival.envelope)
    return found


def _said_by(content: Application) -> _Said:
    files = tuple(sorted((file.material, file.sha256) for file in content.attachments))
    return content.item, _form(content.form), files


def _said_by_case(case: CaseRow, files: Sequence[AttachmentRow]) -> _Said:
    brought = tuple(sorted((file.material, file.sha256) for file in files))
    return case.item, _form(case.form), brought


def _form(text: str) -> str:
    """The form whatever the order of its fields."""
    return json.dumps(json.loads(text.removeprefix("\ufeff")), sort_keys=True)
