"""How what the database knows of an application is told."""

from collections.abc import Iterable

from protocol.envelope.payloads import ReceiptState
from protocol.json_values import ABSENT, Absent
from station_agent.exchange.eta import Arrival
from station_agent.inbox.results import (
    StoredDecision,
    StoredFile,
    StoredRejection,
    result_context,
)
from station_agent.status.calls import (
    ApplicationShown,
    AttachmentShown,
    DeferredShown,
    NoticeShown,
    ReceiptShown,
    ResultShown,
)
from station_agent.store.applications import (
    ApplicationState,
    ApplicationView,
    NoticeView,
    ReceiptView,
)
from station_agent.store.refusals import DeferredItem
from station_agent.store.vault import OpenVault

_LOCKED = ResultShown(locked=True)


def application_shown(
    view: ApplicationView,
    vault: OpenVault | None,
    result: ResultShown | None,
    *,
    eta: str | Absent | None = ABSENT,
    waits_for: str | Absent | None = ABSENT,
    name: str | Absent | None = ABSENT,
) -> ApplicationShown:
    """One application, with what is told of its result; of a list also when it should arrive."""
    return ApplicationShown(
        application=view.application,
        item=view.item,
        number=view.number,
        applicant=vault.applicant(view.application, view.applicant) if vault else None,
        state=view.state.value,
        saved_ms=view.saved_ms,
        receipt=_receipt(view.receipt),
        result=result,
        problem=view.problem,
        notice=_notice(view.notice),
        eta=eta,
        waits_for=waits_for,
        name=name,
    )


def application_listed(
    view: ApplicationView, vault: OpenVault | None, arrival: Arrival | None, name: str | None
) -> ApplicationShown:
    """One of a list, with when it should have reached the parent, if it waits."""
    at = arrival.at if arrival else None
    return application_shown(
        view,
        vault,
        _result(view, vault),
        eta=at.isoformat(timespec="seconds") if at else None,
        waits_for=arrival.waits_for if arrival else None,
        name=name,
    )


def stored_result(view: ApplicationView, vault: OpenVault) -> StoredDecision | StoredRejection:
    """What the vault keeps of an application that has a result.

    Raises:
        DamagedError: it can't be opened.
    """
    sealed, context = view.result or b"", result_context(view.application)
    if view.state is ApplicationState.REJECTED:
        return vault.take_out(context, sealed, StoredRejection)
    return vault.take_out(context, sealed, StoredDecision)


def result_shown(
    stored: StoredDecision | StoredRejection, attachments: Iterable[AttachmentShown]
) -> ResultShown:
    """A result in the open."""
    if isinstance(stored, StoredRejection):
        return ResultShown(code=stored.code, detail=stored.detail, at_ms=stored.at_ms)
    return ResultShown(
        outcome=stored.outcome,
        note=stored.note,
        case=stored.case,
        at_ms=stored.at_ms,
        attachments=list(attachments),
        faults=list(stored.faults) or ABSENT,
        until=stored.until or ABSENT,
    )


def files_of(stored: StoredDecision | StoredRejection) -> list[StoredFile]:
    """The files of a result."""
    return list(stored.attachments) if isinstance(stored, StoredDecision) else []


def attachment_shown(file: StoredFile, path: str | Absent | None = ABSENT) -> AttachmentShown:
    """A file of a result, with ``path`` where it was written; None: it was not."""
    return AttachmentShown(name=file.name, size=file.size, sha256=file.sha256.hex(), file=path)


def deferred_shown(deferred: DeferredItem) -> DeferredShown:
    """What waits for something to change."""
    return DeferredShown(
        application=deferred.application,
        item=deferred.item.hex(),
        kind="blob" if deferred.blob else "envelope",
        code=deferred.code,
        since_ms=deferred.since_ms,
    )


def _result(view: ApplicationView, vault: OpenVault | None) -> ResultShown | None:
    if view.result is None:
        return None
    if vault is None:
        return _LOCKED
    stored = stored_result(view, vault)
    return result_shown(stored, (attachment_shown(file) for file in files_of(stored)))


def _receipt(receipt: ReceiptView | None) -> ReceiptShown | None:
    if receipt is None:
        return None
    return ReceiptShown(
        number=receipt.number,
        case=receipt.case,
        at_ms=receipt.at_ms,
        state=receipt.state,
        safe=receipt.state == ReceiptState.SAFE.value,
        duplicate=receipt.duplicate,
    )


def _notice(notice: NoticeView | None) -> NoticeShown | None:
    if notice is None:
        return None
    return NoticeShown(node=notice.node, code=notice.code, at_ms=notice.at_ms)
