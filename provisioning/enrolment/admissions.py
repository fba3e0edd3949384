"""Admitting nodes: a right one-time code, and where the policy asks for it a person's word.

A code is spent in the transaction that admits its node. A repeated request of the same keys gets
the same admission again, so an answer that was lost on the way costs nothing.

Source: docs/protocol.md section 10.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from protocol.certificate import certificate_key_hash
from protocol.codec import pack, unpack
from protocol.edition import whole
from protocol.enrolment import (
    Admission,
    JoinParcel,
    JoinRequest,
    answer_parcel,
    check_code,
    open_parcel,
)
from protocol.errors import (
    CodeBlockedError,
    CodeExpiredError,
    CodeUsedError,
    CodeWrongError,
    JoinRejectedError,
    JoinWaitingError,
    KitForeignError,
    NodeStateError,
    NodeUnknownError,
    SignatureError,
    UnopenableError,
)
from protocol.fingerprint import fingerprint
from protocol.ids import NodeId
from protocol.keys import Signed
from protocol.limits import MAX_CODE_TRIES
from protocol.ports import Clock, Randomness
from protocol.roster import Roster, RosterEntry, State
from protocol.suites import OpeningKey
from provisioning.enrolment.address import addressed
from provisioning.invitation import checked_keys
from provisioning.policy import Policy
from provisioning.register import Register
from provisioning.registrar import admitted
from provisioning.store import CodeRow, Verdict, WaitingRow
from provisioning.x509 import TlsAuthority


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """A node whose code was right and that waits for a person's word."""

    node: NodeId
    entry: RosterEntry
    fingerprint: str  # of its new signing key, in words: the same as on its own screen
    url: str  # where it wants to be called; empty at a station, or if the roster says it
    since_ms: int


class Admissions:
    """Decides who comes in."""

    def __init__(
        self,
        register: Register,
        *,
        root: bytes,
        tls: TlsAuthority,
        policy: Callable[[], Policy],
        clock: Clock,
        lived_ms: Callable[[], int],
        randomness: Randomness,
    ) -> None:
        self._register, self._store = register, register.store
        self._root, self._tls, self._policy = root, tls, policy
        self._clock, self._lived_ms, self._randomness = clock, lived_ms, randomness

    def admit(self, parcel: JoinParcel, county_key: OpeningKey, time: bytes = b"") -> bytes:
        """Admit the node that sent ``parcel``; as Authority.admit says."""
        request, signed, proof = self._open(parcel, county_key)
        node, digest = NodeId(request.node), hashlib.sha256(pack(signed)).digest()
        with self._register.lock:
            code = self._checked_code(request, signed, proof)
            if code.spent_by is None:
                self._check_invited(node, request)
                invited = addressed(self._register.roster.nodes, node, request.url)
                self._check_approval(node, request, digest)
                self._activate(node, invited, request, digest)
            else:
                self._check_welcome(node)
                if code.spent_by != digest:
                    self._check_same_machine(node, request)
            certificate, edition = self._store.certificate(node), self._register.roster.edition
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
        return [self._applicant(row) for row in self._store.waiting()]

    def judge(self, node: NodeId, verdict: Verdict) -> Applicant:
        """Approve or reject whoever waits as ``node``; it hears of it when it asks again.

        Raises:
            NodeUnknownError: nobody waits under this id.
        """
        with self._register.lock:
            row = next((row for row in self._store.waiting() if row.node == node), None)
            if row is None:
                raise NodeUnknownError(node)
            with self._store.transaction():
                self._store.judge(node, verdict)
        return self._applicant(row)

    def _applicant(self, row: WaitingRow) -> Applicant:
        request = unpack(row.request, JoinRequest)
        return Applicant(
            node=row.node,
            entry=self._register.entry(row.node),
            fingerprint=fingerprint(request.keys.signing),
            url=request.url,
            since_ms=row.since_ms,
        )

    def _open(self, parcel: JoinParcel, key: OpeningKey) -> tuple[JoinRequest, Signed, bytes]:
        try:
            request, signed, proof = open_parcel(parcel, key)
        except UnopenableError:
            raise KitForeignError("the request is sealed for another county") from None
        if request.root != self._root:
            raise KitForeignError("the kit names another root")
        return request, signed, proof

    def _checked_code(self, request: JoinRequest, signed: Signed, proof: bytes) -> CodeRow:
        node = NodeId(request.node)
        code = self._store.code(node)
        if code is None:
            raise NodeUnknownError(node)
        if code.spent_by is None and code.tries >= MAX_CODE_TRIES:
            raise CodeBlockedError(node)
        try:
            check_code(code.key, signed, proof)
        except CodeWrongError:
            if code.tries >= MAX_CODE_TRIES:
                raise CodeBlockedError(node) from None
            if not self._is_lost(node, request):  # which may look for its hub, by its old request
                with self._store.transaction():
                    self._store.count_wrong_code(node)
            raise
        if code.spent_by is None and self._policy().code_expired(code.lived_ms, self._lived_ms()):
            raise CodeExpiredError(node)
        return code

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
        row = self._store.waiting_for(node)
        if row is not None and row.digest == digest:
            if row.verdict is Verdict.REJECTED:
                raise JoinRejectedError(node)
            if row.verdict is Verdict.APPROVED:
                return
        if not self._policy().manual:
            return
        if row is None or row.digest != digest:
            with self._store.transaction():
                self._store.put_waiting(node, digest, pack(request), self._clock.now_ms())
        raise JoinWaitingError(node)

    def _check_welcome(self, node: NodeId) -> None:
        """Raise unless whoever asks again may still know who belongs to the county."""
        entry = self._register.entry(node)
        if entry.state in (State.STOPPED, State.RETIRED):
            raise NodeStateError(f"{entry.name}:{entry.state.value}")

    def _check_same_machine(self, node: NodeId, request: JoinRequest) -> None:
        """Raise unless these keys have joined, and only the address is said otherwise now."""
        if self._register.keys.get(node) != request.keys:
            raise CodeUsedError(node)
        addressed(self._register.roster.nodes, node, request.url)

    def _activate(
        self, node: NodeId, invited: RosterEntry, request: JoinRequest, digest: bytes
    ) -> None:
        keys = checked_keys(request.keys)
        certificate = self._tls.issue(
            request.tls_request, node, invited.role, invited.url, self._randomness
        )

        def also(_: Roster) -> None:
            self._store.spend_code(node, digest)
            self._store.put_keys(node, pack(keys), certificate)
            self._store.forget_waiting(node)

        entry = admitted(invited, keys.signing, certificate_key_hash(certificate))
        self._register.put({node: entry}, also)
        self._register.keys[node] = keys
