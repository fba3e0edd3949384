"""Delivery: what the county answered is opened and takes its effect, in the caller's transaction.

Source: docs/protocol.md section 6.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from protocol.envelope.circular_payloads import Circular
from protocol.envelope.desk_payloads import DeskRelease, DeskRequest
from protocol.envelope.envelope import Envelope, read_envelope
from protocol.envelope.keys import NodeKeys
from protocol.envelope.number_payloads import NumberReport, Numbers
from protocol.envelope.office_payloads import (
    OfficeAnswer,
    OfficeApproved,
    OfficeCase,
    OfficeErase,
    OfficeEvents,
    OfficeNews,
    OfficeRequest,
)
from protocol.envelope.payloads import (
    Answer,
    Application,
    Decision,
    Document,
    FollowUp,
    Inquiry,
    Mark,
    Notices,
    Outcome,
    Receipt,
    Recertify,
    Rejection,
    Renewal,
    Renewed,
    Statement,
    open_mark,
    open_statement,
    read_payload,
)
from protocol.envelope.publicity_payloads import Publicity
from protocol.envelope.suites import suite_number
from protocol.errors import (
    NeedsNewerError,
    PeerError,
    SignatureError,
    UnexpectedError,
    UnopenableError,
)
from protocol.ids import ApplicationId, Instance, NodeId
from protocol.ports import Clock
from protocol.trust.reports.notice import read_notice
from protocol.trust.roster import Roster
from station_agent.inbox.results import (
    StoredAnswer,
    StoredCircular,
    StoredDecision,
    StoredDocument,
    StoredPublicity,
    StoredRejection,
    answer_context,
    circular_context,
    document_context,
    publicity_context,
    result_context,
)
from station_agent.store import (
    applications,
    documents,
    follow_ups,
    inbox,
    numbers,
    outbox,
    refusals,
    station,
)
from station_agent.store.applications import RANKS, ApplicationState
from station_agent.store.db import Transaction
from station_agent.store.desk import circulars, publicities
from station_agent.store.desk import release as desk_request
from station_agent.store.desk.circulars import CircularRow
from station_agent.store.desk.publicities import PublicityRow
from station_agent.store.documents import DocumentRow
from station_agent.store.outbox import Settled
from station_agent.store.vault import Vault

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Receipt:
    """A receipt whose signature was checked."""

    signed: bytes
    statement: Statement
    mark: Mark | None
    signed_mark: bytes


_Said = Decision | Document | Rejection | Numbers | DeskRelease | Answer | Publicity | Circular
_Opened = _Receipt | _Said | Renewed | Notices


def _kind(opened: _Opened) -> str:
    return type(opened).__name__.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryService:
    """Acts on envelopes of the county."""

    node: NodeId
    keys: NodeKeys
    roster: Callable[[], Roster]
    vault: Vault
    clock: Clock
    keep_certificate: Callable[[bytes], None]  # raises PeerError if it fits no keys of ours

    def require_ours(self, envelope: Envelope) -> None:
        """Raise SignatureError unless the county signed ``envelope`` for us."""
        county, _ = self.roster().county()
        if envelope.to != self.node or envelope.origin != county:
            raise SignatureError(f"from {envelope.origin} to {envelope.to}")
        envelope.check_any(self.roster().signing_keys(county))

    def deliver(self, tx: Transaction, envelope: Envelope) -> bool:
        """Let a checked envelope take its effect; False if it had it before.

        What can't be opened or understood is kept in quarantine with the reason.
        """
        if inbox.known(tx, envelope.id):
            return False
        now_ms = self.clock.now_ms()
        try:
            opened = self._open(envelope)
        except PeerError as exc:
            inbox.add(tx, envelope, "quarantine", now_ms)
            inbox.quarantine(tx, envelope, exc.code, exc.detail)
            log.warning(
                "envelope quarantined",
                extra={
                    "event": "delivery.quarantined",
                    "envelope": envelope.id.hex(),
                    "code": exc.code,
                },
            )
            return True
        inbox.add(tx, envelope, _kind(opened), now_ms)
        self._act(tx, opened, now_ms)
        return True

    def take_up(self, tx: Transaction) -> int:
        """Read again what an older program could not understand; how many have their effect now.

        After each start; in the order in which they came.
        """
        count = 0
        for wire in inbox.quarantined(tx, NeedsNewerError.code):
            envelope = read_envelope(wire)
            try:
                opened = self._open(envelope)
            except PeerError as exc:
                inbox.quarantine(tx, envelope, exc.code, exc.detail)
                continue
            inbox.release(tx, envelope.id, _kind(opened))
            self._act(tx, opened, self.clock.now_ms())
            count += 1
        return count

    def _act(self, tx: Transaction, opened: _Opened, now_ms: int) -> None:
        match opened:
            case _Receipt():
                self._receipt(tx, opened)
            case Decision():
                self._decision(tx, opened, now_ms)
            case Document():
                self._document(tx, opened, now_ms)
            case Rejection():
                self._rejection(tx, opened, now_ms)
            case Renewed():
                log.info("certificate has come", extra={"event": "renewal.certificate"})
            case Notices():
                self._notices(tx, opened)
            case Numbers():
                _take_numbers(tx, opened, now_ms)
            case DeskRelease():
                _take_release(tx, opened)
            case Answer() | Publicity() | Circular():
                self._words(tx, opened, now_ms)

    def _open(self, envelope: Envelope) -> _Opened:
        key = self.keys.opening.get(suite_number(envelope.header.suite))
        if key is None:
            raise UnopenableError(f"no key of suite {envelope.header.suite}")
        payload = read_payload(envelope.open(key))
        match payload:
            case Receipt():
                return self._check_receipt(payload)
            case (
                Decision()
                | Document()
                | Rejection()
                | Numbers()
                | DeskRelease()
                | Answer()
                | Publicity()
                | Circular()
            ):
                return payload
            case Renewed():
                self.keep_certificate(payload.certificate)
                return payload
            case Notices(signed=signed):
                for one in signed:
                    read_notice(one, self.roster().own_keys)
                return payload
            case (
                Application()
                | FollowUp()
                | Inquiry()
                | Renewal()
                | Recertify()
                | NumberReport()
                | DeskRequest()
                | OfficeRequest()
                | OfficeEvents()
            ):
                raise UnexpectedError("sent to a station, and meant for the county")
            case OfficeApproved() | OfficeCase() | OfficeAnswer() | OfficeNews() | OfficeErase():
                raise UnexpectedError("sent to a station, and meant for an office")

    def _check_receipt(self, receipt: Receipt) -> _Receipt:
        keys = self.roster().county_keys
        statement = open_statement(keys, receipt)
        mark = open_mark(keys, receipt.mark) if receipt.mark else None
        county, _ = self.roster().county()
        if {one.county.hex() for one in (statement, mark) if one is not None} != {county}:
            raise SignatureError("a statement of another county")
        return _Receipt(
            signed=receipt.statement, statement=statement, mark=mark, signed_mark=receipt.mark
        )

    def _receipt(self, tx: Transaction, receipt: _Receipt) -> None:
        statement = receipt.statement
        county = Instance(statement.instance)
        state = station.read_state(tx)
        if state.county is None:
            station.set_county(tx, county)
        number = applications.add_statement(tx, receipt.signed)
        if receipt.mark is not None:
            applications.add_mark(tx, receipt.mark, receipt.signed_mark)
        for line in statement.lines:
            applications.add_receipt(tx, county, statement.at_ms, line, number)
            rank = RANKS[line.state]
            if rank is Settled.SAFE or county == (state.county or county):
                outbox.settle(tx, line.envelope, rank, statement.at_ms)

    def _decision(self, tx: Transaction, decision: Decision, now_ms: int) -> None:
        application = ApplicationId(decision.application.hex())
        returned = decision.outcome is Outcome.CORRECTION
        outcome = ApplicationState.RETURNED if returned else ApplicationState.DECIDED
        # a PC restored from an old copy may not know it: the clerk must see the result all the same
        applications.add(tx, [(application, "", None, None, None)], now_ms)
        sealed = self.vault.put_in(result_context(application), StoredDecision.of(decision))
        applications.set_result(
            tx,
            application,
            outcome,
            sealed,
            n=decision.n,
            at_ms=decision.at_ms,
            files=len(decision.attachments),
        )

    def _document(self, tx: Transaction, document: Document, now_ms: int) -> None:
        application = ApplicationId(document.application.hex())
        applications.add(tx, [(application, "", None, None, None)], now_ms)
        context = document_context(application, document.n)
        row = DocumentRow(
            application=application,
            n=document.n,
            sealed=self.vault.put_in(context, StoredDocument.of(document)),
            days=document.days,
            files=len(document.attachments),
            issued_ms=document.at_ms,
        )
        documents.add(tx, row)

    def _words(self, tx: Transaction, said: Answer | Publicity | Circular, now_ms: int) -> None:
        match said:
            case Answer():
                self._answer(tx, said)
            case Publicity():
                self._publicity(tx, said, now_ms)
            case Circular():
                self._circular(tx, said)

    def _answer(self, tx: Transaction, answer: Answer) -> None:
        letter = answer.follow_up.hex()
        sealed = self.vault.put_in(answer_context(letter), StoredAnswer.of(answer))
        follow_ups.set_answer(tx, letter, sealed, n=answer.n, at_ms=answer.at_ms)

    def _publicity(self, tx: Transaction, task: Publicity, now_ms: int) -> None:
        application = ApplicationId(task.application.hex())
        # a PC restored from an old copy may not know it: the poster is to go up all the same
        applications.add(tx, [(application, "", None, None, None)], now_ms)
        sealed = self.vault.put_in(publicity_context(application), StoredPublicity.of(task))
        row = PublicityRow(application=application, task=sealed, n=task.n, came_ms=now_ms)
        publicities.keep(tx, row)

    def _circular(self, tx: Transaction, told: Circular) -> None:
        own = told.circular.hex()
        sealed = self.vault.put_in(circular_context(own), StoredCircular.of(told))
        circulars.keep(tx, CircularRow(circular=own, sealed=sealed, at_ms=told.at_ms))

    def _notices(self, tx: Transaction, notices: Notices) -> None:
        """Information for the clerk; it settles nothing, whoever says it."""
        for signed in notices.signed:
            notice = read_notice(signed, self.roster().own_keys)
            if notice.station == self.node:
                refusals.keep_notice(tx, notice, signed)

    def _rejection(self, tx: Transaction, rejection: Rejection, now_ms: int) -> None:
        outbox.settle(tx, rejection.envelope, Settled.REJECTED, rejection.at_ms)
        follow_ups.set_refused(tx, rejection.envelope, rejection.code)
        application = applications.of_envelope(tx, rejection.envelope)
        if application is None and rejection.application:
            # sealed by the PC that this one has replaced: the clerk must hear of it all the same
            application = ApplicationId(rejection.application.hex())
            applications.add(tx, [(application, "", None, None, None)], now_ms)
        if application is None:
            return
        sealed = self.vault.put_in(result_context(application), StoredRejection.of(rejection))
        rejected, told_ms = ApplicationState.REJECTED, rejection.at_ms
        applications.set_result(tx, application, rejected, sealed, n=rejection.n, at_ms=told_ms)


def _take_numbers(tx: Transaction, told: Numbers, now_ms: int) -> None:
    for voided in told.voided:
        numbers.close(tx, voided)
    for block in told.blocks:
        numbers.receive(tx, block, now_ms)


def _take_release(tx: Transaction, told: DeskRelease) -> None:
    """Opened once a clerk gives the password that was chosen; until then it only lies there."""
    if not desk_request.release(tx, told):
        log.warning(
            "a release of another desk, or of a request that is over",
            extra={"event": "forgotten.stray", "desk": told.desk.hex()},
        )
