"""What a decision says, and how its case keeps that."""

import json
from collections.abc import Sequence

from central.county.casework.calls import FileState
from central.county.casework.models import AttachmentRow, CaseRow
from protocol.envelope.payloads import Attachment, Decision, Outcome
from protocol.ids import NodeId
from protocol.json_values import from_json, to_json
from protocol.records.corrections import FieldFault


def faults_text(faults: Sequence[FieldFault]) -> str | None:
    """As its case keeps them; None: there are none."""
    return json.dumps(to_json(faults), ensure_ascii=False) if faults else None


def read_faults(text: str | None) -> tuple[FieldFault, ...]:
    """What was kept."""
    return from_json(json.loads(text), tuple[FieldFault, ...]) if text else ()


def decision_of(case: CaseRow, files: Sequence[AttachmentRow]) -> Decision:
    """What was decided, as it was told first."""
    return Decision(
        application=case.application,
        case=case.number,
        outcome=Outcome(case.outcome),
        note=case.note or "",
        n=case.decided_n or 1,
        at_ms=case.decided_ms or 0,
        attachments=tuple(attached(file) for file in files),
        faults=read_faults(case.faults),
        until=case.until or "",
    )


def attached(file: AttachmentRow) -> Attachment:
    """A file that goes out, as it is named to the station."""
    return Attachment(
        name=file.name, size=file.size, sha256=file.sha256, blob=file.blob_id, key=file.key
    )


def sent_file(
    case: CaseRow, node: NodeId, envelope: bytes, position: int, file: Attachment
) -> AttachmentRow:
    """The row of a file that a decision or a document takes along."""
    return AttachmentRow(
        station=case.station,
        envelope_id=envelope,
        position=position,
        application=case.application,
        material="",
        name=file.name,
        size=file.size,
        sha256=file.sha256,
        origin=node,
        blob_id=file.blob,
        key=file.key,
        state=FileState.WHOLE.value,
    )
