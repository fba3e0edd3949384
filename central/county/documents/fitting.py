"""Which documents fit a case: a paper never says what its log does not."""

from collections.abc import Callable, Mapping

from protocol.casework.states import TO_DELIVER, UNDECIDED, State
from protocol.casework.status import Status
from protocol.catalogue.templates.kinds import KIND_WORDS, DocumentKind
from protocol.envelope.payloads import Outcome
from protocol.errors.casework import StepNotNowError

_DECIDED = TO_DELIVER | {State.DELIVERED}
_FITS: Mapping[DocumentKind, Callable[[Status], bool]] = {
    DocumentKind.ACCEPTED: lambda status: status.accepted_ms is not None,
    DocumentKind.CORRECTION: lambda status: status.state in UNDECIDED,
    DocumentKind.NOT_ACCEPTED: lambda status: status.state is State.NOT_ACCEPTED,
    DocumentKind.APPROVED: lambda status: status.outcome is Outcome.APPROVED,
    DocumentKind.REFUSED: lambda status: status.outcome is Outcome.REFUSED,
    DocumentKind.TRANSFERRED: lambda status: status.state is State.TRANSFERRED,
    DocumentKind.EXTENDED: lambda status: bool(status.extended),
    DocumentKind.DELIVERY: lambda status: status.state in _DECIDED,
}
"""By kind; the others fit every case."""


def fits(kind: DocumentKind, status: Status) -> bool:
    """Whether a document says what is."""
    found = _FITS.get(kind)
    return found is None or found(status)


def require_fitting(kind: DocumentKind, status: Status) -> None:
    """Raise StepNotNowError where a document would say what did not happen."""
    if not fits(kind, status):
        raise StepNotNowError(f"这一件现在不能发《{KIND_WORDS[kind]}》，请先办这一步")
