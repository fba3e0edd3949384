"""Answers as they are shown to whoever opened the vault."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol.errors import MalformedError, PeerError
from protocol.ids import ApplicationId, NodeId
from protocol.json_values import from_json
from protocol.records.followups import Said, Telling
from protocol.records.taken_in import Agent
from station_agent.answers.calls import DeadlineShown, LyingShown
from station_agent.answers.limits import Deadline
from station_agent.inbox.results import (
    StoredDecision,
    StoredDocument,
    StoredFile,
    StoredRejection,
    document_context,
    follow_up_context,
    result_context,
)
from station_agent.store import applications, documents, follow_ups
from station_agent.store.answers import AnswerRow
from station_agent.store.db import Transaction
from station_agent.store.desk import agents
from station_agent.store.desk.agents import agent_context
from station_agent.store.vault import OpenVault


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFile:
    """A file of an answer."""

    stored: StoredFile = field(repr=False)
    here: bool  # all of it has come


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Somebody was told, or got it."""

    telling: Telling = field(repr=False)
    at_ms: int
    day: str  # as the clerk said it, where the clock was not to be trusted
    clerk: str
    state: str  # how far the record has got: as of a follow-up


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the county, opened."""

    application: ApplicationId
    n: int
    kind: str  # decided, returned, rejected; or document
    name: str  # of a document; empty: the result
    outcome: str  # of a decision; empty: of what is none
    code: str  # of a rejection; empty: of what is none
    note: str
    case: str
    at_ms: int  # by the county's clock
    files: Sequence[AnswerFile]
    records: Sequence[Record]  # of this answer, in the order made
    told: bool
    handed: bool
    corrected: bool  # it was handed in again
    lies: bool  # somebody is still to be told, or to get it
    limit: DeadlineShown | None


def answer_of(
    tx: Transaction, row: AnswerRow, vault: OpenVault, county: NodeId, limit: Deadline | None
) -> Answer:
    """One of them. Raises DamagedError: it can't be opened."""
    stored = _stored(tx, row, vault)
    files = [] if isinstance(stored, StoredRejection) else stored.attachments
    here = applications.arriving(tx, [one.blob for one in files], county) if files else set()
    whole = {bytes(ref.blob) for ref in here}
    return Answer(
        application=row.application,
        n=row.n,
        kind=row.kind,
        name=stored.name if isinstance(stored, StoredDocument) else "",
        outcome=stored.outcome if isinstance(stored, StoredDecision) else "",
        code=stored.code if isinstance(stored, StoredRejection) else "",
        note=stored.detail if isinstance(stored, StoredRejection) else stored.note,
        case="" if isinstance(stored, StoredRejection) else stored.case,
        at_ms=row.at_ms,
        files=[AnswerFile(stored=one, here=bytes(one.blob) in whole) for one in files],
        records=_records(tx, row, vault),
        told=row.told,
        handed=row.handed,
        corrected=row.corrected,
        lies=row.lies,
        limit=deadline_shown(limit),
    )


def lying_shown(
    tx: Transaction, row: AnswerRow, vault: OpenVault | None, limit: Deadline | None
) -> LyingShown:
    """One of the pile; names only with the vault."""
    applicant = name = None
    if vault is not None:
        view = applications.view(tx, row.application)
        applicant = vault.applicant(row.application, view.applicant) if view else None
        stored = _stored(tx, row, vault) if row.kind == "document" else None
        name = stored.name if isinstance(stored, StoredDocument) else None
    return LyingShown(
        application=row.application,
        n=row.n,
        kind=row.kind,
        item=row.item,
        at_ms=row.at_ms,
        files=row.files,
        told=row.told,
        limit=deadline_shown(limit),
        applicant=applicant,
        name=name,
    )


def deadline_shown(limit: Deadline | None) -> DeadlineShown | None:
    """A deadline as it is told."""
    if limit is None:
        return None
    return DeadlineShown(
        last=limit.last.isoformat(),
        day=limit.day,
        days=limit.days,
        about=limit.provisional or not limit.sure,
        near=limit.is_near,
        over=limit.is_over,
    )


def agent_of(tx: Transaction, vault: OpenVault, application: str) -> Agent | None:
    """Who acts for the applicant, as it was said; None: nobody, or it can't be read."""
    note = agents.of(tx, application)
    if note is None:
        return None
    try:
        plain = vault.rows.take_out(agent_context(application), note.sealed)
        return from_json(json.loads(plain), Agent)
    except (PeerError, MalformedError, ValueError):
        return None


def _stored(
    tx: Transaction, row: AnswerRow, vault: OpenVault
) -> StoredDecision | StoredDocument | StoredRejection:
    if row.kind == "document":
        context = document_context(row.application, row.n)
        (sealed,) = [
            one.sealed for one in documents.of_application(tx, row.application) if one.n == row.n
        ]
        return vault.take_out(context, sealed, StoredDocument)
    view = applications.view(tx, row.application)
    sealed = view.result or b"" if view else b""
    context = result_context(row.application)
    if row.kind == "rejected":
        return vault.take_out(context, sealed, StoredRejection)
    return vault.take_out(context, sealed, StoredDecision)


def _records(tx: Transaction, row: AnswerRow, vault: OpenVault) -> list[Record]:
    found = []
    for one in follow_ups.views(tx, row.application):
        if one.follow_up not in (row.told_id, row.handed_id) or not one.sealed:
            continue
        said = vault.take_out(follow_up_context(one.follow_up), one.sealed, Said)
        if isinstance(said.subject, Telling):
            record = Record(
                telling=said.subject,
                at_ms=said.at_ms,
                day=said.day,
                clerk=said.clerk,
                state=one.state,
            )
            found.append(record)
    return found
