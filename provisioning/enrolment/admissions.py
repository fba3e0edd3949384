"""Admitting nodes: a right one-time code, and where the policy asks for it a person's word.

A code is spent in the transaction that admits its node. A repeated request of the same keys gets
the same admission again, so an answer that was lost on the way costs nothing.

Source: docs/protocol.md section 10.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from protocol.codec import pack, unpack
from protocol.envelope.keys import Signed
from protocol.envelope.suites import OpeningKey
from protocol.errors import (
    CodeExpiredError,
    CodeUsedError,
    CodeWrongError,
    EnrolmentError,
    JoinRejectedError,
    JoinTwiceError,
    JoinWaitingError,
    KitForeignError,
    KitOutdatedError,
    NodeStateError,
    NodeUnknownError,
    PeerError,
    SignatureError,
    UnopenableError,
)
from protocol.ids import NodeId
from protocol.limits import MAX_CODE_TRIES, MAX_JOINS_OF_NODE
from protocol.ports import Clock
from protocol.trust.certificate import certificate_key_hash
from protocol.trust.edition import whole
from protocol.trust.enrolment import (
    Admission,
    JoinParcel,
    JoinRequest,
    JoinVerdict,
    answer_parcel,
    check_code,
    check_ticket,
    open_parcel,
    sealed_hash,
    sign_verdict,
)
from protocol.trust.fingerprint import fingerprint
from protocol.trust.kit import Ticket
from protocol.trust.roster import Roster, RosterEntry, State
from provisioning.audit.log import AuditLog
from provisioning.enrolment.address import addressed
from provisioning.enrolment.guesses import Guesses
from provisioning.enrolment.tables import CodeRow, Suspicion, Verdict, WaitingRow
from provisioning.invitation import checked_keys
from provisioning.issuer import Issuer
from provisioning.policy import Policy
from provisioning.register import Register
from provisioning.registrar import admitted

_TOLD_FROM = {Suspicion.WRONG_CODES: MAX_CODE_TRIES, Suspicion.TWO_REQUESTS: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """A node whose code was right and that waits for a person's word."""

    node: NodeId
    entry: RosterEntry
    digest: bytes  # of the request that a word is for
    fingerprint: str  # of its new signing key, in words: the same as on its own screen
    url: str  # where it wants to be called; empty at a station, or if the roster says it
    since_ms: int
    others: int = 0  # further requests under the same code: somebody has a copy of kit and code


class Admissions:
    """Decides who comes in."""

    def __init__(
        self,
        register: Register,
        *,
        root: bytes,
        issuer: Issuer,
        policy: Callable[[], Policy],
        clock: Clock,
        lived_ms: Callable[[], int],
        audit: AuditLog,
    ) -> None:
        self._register, self._store = register, register.store
        self._root, self._issuer, self._policy = root, issuer, policy
        self._clock, self._lived_ms = clock, lived_ms
        self._audit, self._guesses = audit, Guesses(clock)

    def verdict(
        self, parcel: JoinParcel, county_key: OpeningKey, time: bytes = b""
    ) -> tuple[bytes, str]:
        """The county's signed word on ``parcel``, and why it is refused; empty: it is admitted."""
        try:
            answer, code, detail = self.admit(parcel, county_key, time), "", ""
        except (EnrolmentError, PeerError) as exc:
            answer, code, detail = b"", exc.code, exc.detail[:300]
        word = JoinVerdict(
            about=_about(parcel, county_key),
            sealed=sealed_hash(parcel),
            node=parcel.node,
            code=code,
            detail=detail,
            answer=answer,
        )
        registrar = self._register.registrar
        return sign_verdict(registrar.signed_delegation, registrar.signer, word), code

    def admit(self, parcel: JoinParcel, county_key: OpeningKey, time: bytes = b"") -> bytes:
        """Admit the node that sent ``parcel``; as Authority.admit says."""
        ticket = self._ticket(parcel)
        request, signed, proof = self._open(parcel, county_key)
        node, digest = NodeId(request.node), hashlib.sha256(pack(signed)).digest()
        with self._register.lock:
            code = self._checked_code(request, signed, proof, ticket.invitation)
            if code.spent_by is None:
                self._check_invited(node, request)
                invited = addressed(self._register.roster.nodes, node, request.url)
                self._check_approval(node, request, digest)
                self._activate(node, invited, request, digest)
            else:
                self._check_welcome(node)
                if code.spent_by != digest:
                    self._check_same_machine(node, request)
            entry, edition = self._register.entry(node), self._register.roster.edition
            certificate = self._issuer.certificate_of(self._register, node, entry)
        admission = Admission(
            node=node,
            certificate=certificate,
            roster_proof=edition.proof,
            roster=whole(edition.entries),
            time=time,
        )
        return answer_parcel(code.key, signed, admission)

    def waiting(self) -> list[Applicant]:
        """Who waits for a person's word, oldest first."""
        rows = self._store.waiting()
        asked = Counter(row.node for row in rows)
        return [replace(self._applicant(row), others=asked[row.node] - 1) for row in rows]

    def suspicions(self) -> Mapping[NodeId, Collection[str]]:
        """Nodes whose invitation somebody else seems to have, and the alarms for that."""
        return {
            node: [what.value for what, times in found.items() if times >= _TOLD_FROM[what]]
            for node, found in self._store.suspicions().items()
        }

    def dismiss(self, node: NodeId) -> None:
        """Somebody has looked into what seemed wrong about ``node``."""
        with self._register.lock, self._store.transaction():
            self._store.forget_suspicions(node)

    def invited_anew(self, node: NodeId) -> None:
        """Who has the new kit need not wait for what others tried with the old one."""
        self._guesses.forget(node)

    def judge(self, node: NodeId, verdict: Verdict, compared: str = "") -> Applicant:
        """Approve or reject a request of ``node``; it hears of it when it asks again.

        Args:
            compared: the fingerprint in words, or the digest of the request in hex. May be left
                out while no other PC has asked under the same code: only one can be meant then.

        Raises:
            NodeUnknownError: nobody waits under this id, or not with this fingerprint.
            JoinTwiceError: several wait; or another one was approved.
        """
        with self._register.lock:
            row = self._meant(node, compared)
            others = [one for one in self._store.waiting_for(node) if one.digest != row.digest]
            approved = any(one.verdict is Verdict.APPROVED for one in others)
            if verdict is Verdict.APPROVED and approved:
                raise JoinTwiceError(self._register.entry(node).name)
            with self._store.transaction():
                self._store.judge(node, row.digest, verdict)
        return self._applicant(row)

    def _meant(self, node: NodeId, compared: str) -> WaitingRow:
        """The one request that a word is for."""
        waiting = [row for row in self._store.waiting() if row.node == node]
        rows = [row for row in waiting if not compared or _is_named(row, compared)]
        if not rows:
            raise NodeUnknownError(compared[:100] if waiting else node)
        if len(rows) > 1 or (not compared and len(self._store.waiting_for(node)) > 1):
            raise JoinTwiceError("；".join(_words(row) for row in rows))
        return rows[0]

    def _applicant(self, row: WaitingRow) -> Applicant:
        request = unpack(row.request, JoinRequest)
        return Applicant(
            node=row.node,
            entry=self._register.entry(row.node),
            digest=row.digest,
            fingerprint=_words(row),
            url=request.url,
            since_ms=row.since_ms,
        )

    def _ticket(self, parcel: JoinParcel) -> Ticket:
        try:
            return check_ticket(parcel, self._root)
        except PeerError as exc:
            raise KitForeignError(f"no ticket of this county: {exc.detail}") from None

    def _open(self, parcel: JoinParcel, key: OpeningKey) -> tuple[JoinRequest, Signed, bytes]:
        try:
            request, signed, proof = open_parcel(parcel, key)
        except UnopenableError:
            raise KitForeignError("the request is sealed for another county") from None
        if request.root != self._root:
            raise KitForeignError("the kit names another root")
        return request, signed, proof

    def _checked_code(
        self, request: JoinRequest, signed: Signed, proof: bytes, invitation: bytes
    ) -> CodeRow:
        node = NodeId(request.node)
        code = self._store.code(node)
        if code is None:
            raise NodeUnknownError(node)
        lost = self._is_lost(node, request)  # which may look for its hub, by its old request
        if code.invitation != invitation:
            raise CodeWrongError(node) if lost else KitOutdatedError(node)
        if code.spent_by is None:  # a joined node may always ask again for what it was told
            self._guesses.require_turn(node)
        try:
            check_code(code.key, signed, proof)
        except CodeWrongError:
            self._guesses.require_turn(node)
            if not lost:
                self._count_guess(node, code.tries + 1)
            raise
        if code.spent_by is None and self._policy().code_expired(code.lived_ms, self._lived_ms()):
            raise CodeExpiredError(node)
        return code

    def _count_guess(self, node: NodeId, tries: int) -> None:
        with self._store.transaction():
            self._store.count_wrong_code(node)
            times = self._store.suspect(node, Suspicion.WRONG_CODES, self._clock.now_ms())
        self._guesses.wrong(node, tries)
        self._tell(node, Suspicion.WRONG_CODES, times)

    def _tell(self, node: NodeId, what: Suspicion, times: int, **detail: str) -> None:
        """Into the audit record: from where it is told on, and each time that it has doubled."""
        worth, rest = divmod(times, _TOLD_FROM[what])
        if not rest and worth.bit_count() == 1:
            self._audit.add(
                actor=node,
                action=f"enrolment.{what.value}",
                subject=node,
                outcome="refused",
                detail={"times": times, **detail},
            )

    def _check_invited(self, node: NodeId, request: JoinRequest) -> None:
        """Raise unless a PC is expected under this id, and this is another than the lost ones."""
        entry = self._register.entry(node)
        if entry.state is not State.INVITED:
            raise NodeStateError(f"{entry.name}:{entry.state.value}")
        if self._is_lost(node, request):
            raise SignatureError("keys of the PC that was replaced")

    def _is_lost(self, node: NodeId, request: JoinRequest) -> bool:
        lost = self._register.entry(node).drained
        return any(request.keys.signing in one.signing for one in lost)

    def _check_approval(self, node: NodeId, request: JoinRequest, digest: bytes) -> None:
        """Raise unless this very request may come in now."""
        rows = {row.digest: row for row in self._store.waiting_for(node)}
        row = rows.get(digest)
        if row is not None and row.verdict is Verdict.REJECTED:
            raise JoinRejectedError(node)
        if row is not None and row.verdict is Verdict.APPROVED:
            return
        if not self._policy().manual:
            return
        if row is None and len(rows) < MAX_JOINS_OF_NODE:
            with self._store.transaction():
                self._store.put_waiting(node, digest, pack(request), self._clock.now_ms())
        if row is None and rows:
            self._another_asks(node, request)
        raise JoinWaitingError(node)

    def _another_asks(self, node: NodeId, request: JoinRequest) -> None:
        """The right code, and another PC than the one that asked before, or has joined."""
        with self._store.transaction():
            times = self._store.suspect(node, Suspicion.TWO_REQUESTS, self._clock.now_ms())
        words = fingerprint(request.keys.signing)
        self._tell(node, Suspicion.TWO_REQUESTS, times, fingerprint=words)

    def _check_welcome(self, node: NodeId) -> None:
        """Raise unless whoever asks again may still know who belongs to the county."""
        entry = self._register.entry(node)
        if entry.state in (State.STOPPED, State.RETIRED):
            raise NodeStateError(f"{entry.name}:{entry.state.value}")

    def _check_same_machine(self, node: NodeId, request: JoinRequest) -> None:
        """Raise unless these keys have joined, and only the address is said otherwise now."""
        if self._register.keys.get(node) != request.keys:
            self._another_asks(node, request)
            raise CodeUsedError(node)
        addressed(self._register.roster.nodes, node, request.url)

    def _activate(
        self, node: NodeId, invited: RosterEntry, request: JoinRequest, digest: bytes
    ) -> None:
        keys = checked_keys(request.keys)
        certificate = self._issuer.issue(request.tls_request, node, invited)

        def also(_: Roster) -> None:
            self._store.spend_code(node, digest)
            self._store.put_keys(node, pack(keys), certificate)
            self._store.forget_waiting(node)

        entry = admitted(invited, keys.signing, certificate_key_hash(certificate))
        self._register.put({node: entry}, also)
        self._register.keys[node] = keys


def _about(parcel: JoinParcel, county_key: OpeningKey) -> bytes:
    """By which the sender knows its request again."""
    try:
        _, signed, _ = open_parcel(parcel, county_key)
    except (PeerError, EnrolmentError):
        return sealed_hash(parcel)
    return hashlib.sha256(pack(signed)).digest()


def _words(row: WaitingRow) -> str:
    """The fingerprint that is compared by telephone."""
    return fingerprint(unpack(row.request, JoinRequest).keys.signing)


def _is_named(row: WaitingRow, compared: str) -> bool:
    return compared.split() == _words(row).split() or compared == row.digest.hex()
