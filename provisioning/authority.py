"""The authority of one county: who belongs to it, and what they need to prove it.

Every method may be called from any thread. What a method returns is on disk, and every change
is one transaction: the node, its code, its certificate and the new roster, or nothing.

Source: docs/protocol.md sections 7.2 and 10; docs/security.md.
"""

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from protocol.budget import Budget
from protocol.certificate import certificate_key_hash
from protocol.codec import altered, pack
from protocol.edition import changes
from protocol.enrolment import (
    Admission,
    JoinParcel,
    JoinRequest,
    answer_parcel,
    check_code,
    code_key,
    new_code,
    open_parcel,
)
from protocol.errors import (
    CodeBlockedError,
    CodeUsedError,
    CodeWrongError,
    KitForeignError,
    NodeUnknownError,
    UnopenableError,
    YizhanError,
)
from protocol.ids import NONCE_BYTES, NodeId
from protocol.keys import PublicKeys, Signed, Signer
from protocol.kit import kit_file
from protocol.limits import MAX_CODE_TRIES
from protocol.ports import Clock, Randomness
from protocol.roster import Role, Roster, RosterEntry, entry_bytes
from protocol.suites import OpeningKey
from provisioning.audit.log import AuditLog
from provisioning.founding import County, Founded, found, read_founded
from provisioning.invitation import (
    Invitation,
    Newcomer,
    checked_keys,
    checked_url,
    make_kit,
    place,
)
from provisioning.paths import entry_with_paths
from provisioning.registrar import admitted
from provisioning.store import CodeRow, NodeRow

FOLDER = "authority"  # inside the county's data folder


class Authority:
    """An open authority; made by :meth:`create` or :meth:`open`, ended by :meth:`close`."""

    def __init__(self, founded: Founded, *, clock: Clock, randomness: Randomness) -> None:
        self._store = founded.store
        self._registrar = founded.registrar
        self._tls = founded.tls
        self._root = founded.root_public
        self._roster = founded.roster
        self._keys = founded.keys
        self._county_certificate = founded.county_certificate
        self._clock = clock
        self._randomness = randomness
        self._lock = threading.Lock()  # held for each change; reading needs none
        self.audit = AuditLog(founded.store, clock)

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        county: NodeId,
        code: str,
        name: str,
        url: str,
        keys: PublicKeys,
        tls_request: bytes,
        clock: Clock,
        randomness: Randomness,
    ) -> Self:
        """Found an authority in ``folder`` for a county node that has its keys.

        ``code`` has 6, 9 or 12 digits; ``url`` is where hubs and stations reach the county,
        ``https://host:port``; ``keys`` are with sealing keys; ``tls_request`` is PKCS#10, DER.

        Raises:
            AlreadyJoinedError: the folder exists.
            UsageError: code, name or URL is not one that a county may have.
            MalformedError, SignatureError: the keys or the request are not usable.
        """
        node = County(
            node=county, code=code, name=name, url=url, keys=keys, tls_request=tls_request
        )
        found(folder, node, clock=clock, randomness=randomness)
        return cls.open(folder, clock=clock, randomness=randomness)

    @classmethod
    def open(cls, folder: Path, *, clock: Clock, randomness: Randomness) -> Self:
        """Open the authority in ``folder``.

        Raises:
            NotJoinedError: there is none.
            NewerStoreError: a newer program wrote it.
            DamagedError: it is not whole.
        """
        return cls(read_founded(folder), clock=clock, randomness=randomness)

    def close(self) -> None:
        """Close the database, after a change that is under way."""
        with self._lock:
            self._store.close()

    @property
    def root_public(self) -> bytes:
        """Ed25519, 32 bytes: names the county for ever."""
        return self._root

    @property
    def ca_der(self) -> bytes:
        """The certificate of the county's TLS authority."""
        return self._tls.certificate

    @property
    def signer(self) -> Signer:
        """The registrar's key, for what the authority says beside its rosters."""
        return self._registrar.signer

    def county_certificate(self) -> bytes:
        """The county's own TLS certificate, DER."""
        return self._county_certificate

    def roster(self) -> Roster:
        """The newest version."""
        return self._roster

    def keys_of(self, node: NodeId) -> PublicKeys | None:
        """The keys of a node that has joined, sealing keys included."""
        return self._keys.get(node)

    def add(
        self, *, role: Role, code: str, name: str, parent: str | None, url: str = ""
    ) -> Invitation:
        """Put a new node on the roster and invite it.

        ``code`` is a division code inside the county, of 6, 9 or 12 digits; ``parent`` a node id
        or the division code of a hub, None for the county; ``url`` is ``https://host:port`` for
        a hub, empty for a station.

        Raises:
            UsageError: role, code, name or URL is not one that a node may have.
            NodeUnknownError: no such parent, or it may not have such a child.
        """
        if role is Role.HUB:
            checked_url(url)
        newcomer = Newcomer(role=role, code=code, name=name, parent=parent, url=url)
        return self.add_all([newcomer])[0]

    def add_all(
        self,
        newcomers: Sequence[Newcomer],
        *,
        keep: Callable[[Roster, Sequence[Invitation]], None] = lambda _roster, _invitations: None,
        told: Callable[[], None] = lambda: None,
    ) -> list[Invitation]:
        """Put new nodes on the roster, all or none, and invite them; in the order given.

        Args:
            keep: stores the invitations, told the roster to come; called before that is in
                force, and if it raises nothing changes. One-time codes can't be had again.
            told: called once for each newcomer that was prepared, for a progress bar.

        Raises as :meth:`add`.
        """
        ids = [NodeId(self._randomness.token(NONCE_BYTES).hex()) for _ in newcomers]
        codes = []
        for node in ids:
            code = new_code(self._randomness)
            codes.append((code, code_key(code, node)))
            told()
        with self._lock:
            entries: dict[NodeId, RosterEntry] = {}
            for node, entry in zip(ids, place(self._roster, newcomers, ids), strict=True):
                if isinstance(entry, YizhanError):
                    raise entry
                entries[node] = entry
            roster = self._registrar.with_nodes(self._roster, entries, self._clock.now_ms())
            invitations = [
                self._invitation(roster, node, code)
                for node, (code, _) in zip(ids, codes, strict=True)
            ]
            with self._store.transaction():
                for node, newcomer, (_, key) in zip(ids, newcomers, codes, strict=True):
                    self._store.put_node(NodeRow(node=node, entry=entry_bytes(entries[node])))
                    self._store.put_contact(node, newcomer.contact)
                    self._store.put_code(node, key)
                self._store.put_proof(roster.version, roster.edition.proof)
                keep(roster, invitations)
            self._roster = roster
        return invitations

    def _invitation(self, roster: Roster, node: NodeId, code: str) -> Invitation:
        kit = make_kit(
            roster,
            node,
            root=self._root,
            ca=self._tls.certificate,
            county_keys=self._keys[roster.county()[0]],
        )
        file = kit_file(self._registrar.signed_delegation, self._registrar.signer, kit)
        return Invitation(node=node, code=code, kit=file)

    def contact(self, node: NodeId) -> str:
        """Who is called when something is wrong at ``node``; empty if nobody was named."""
        return self._store.contact(node)

    def set_budget(self, node: NodeId, budget: Budget | None) -> Roster:
        """Limit what goes over the link between ``node`` and its parent; None lifts the limits.

        The new roster, or the present one if nothing changes.

        Raises:
            NodeUnknownError: no such node, or it has no parent.
        """
        with self._lock:
            entry = self._roster.nodes.get(node)
            if entry is None or not entry.parent:
                raise NodeUnknownError(node)
            return self._change(node, altered(entry, budget=budget))

    def set_paths(self, node: NodeId, others: Sequence[str]) -> Roster:
        """Let a station call ``others`` (node ids, in order) when its parent is silent.

        Without any, it has no other path any more. The new roster, or the present one if nothing
        changes.

        Raises:
            NodeUnknownError: a node is not on the roster.
            UsageError: this can't be a path of that node.
        """
        with self._lock:
            return self._change(node, entry_with_paths(self._roster, node, others))

    def _change(self, node: NodeId, entry: RosterEntry) -> Roster:
        """Put another entry of a known node in force; the lock is held."""
        if entry == self._roster.nodes[node]:
            return self._roster
        roster = self._registrar.next(self._roster, node, entry, self._clock.now_ms())
        with self._store.transaction():
            self._store.put_entry(node, entry_bytes(entry))
            self._store.put_proof(roster.version, roster.edition.proof)
        self._roster = roster
        return roster

    def copy_database(self, path: Path) -> None:
        """Write a consistent copy of the database to ``path``, a new file.

        Raises:
            DiskFullError, StoreError: it can't be written.
        """
        with self._lock:
            self._store.copy_to(path)

    def move_ahead(self, by: int) -> Roster:
        """Sign the newest roster again, under a number that is higher by ``by``.

        For an authority that comes from a backup: nodes may hold versions that were signed after
        it, and take nothing that is not newer.
        """
        with self._lock:
            roster = self._registrar.again(self._roster, by, self._clock.now_ms())
            with self._store.transaction():
                self._store.put_proof(roster.version, roster.edition.proof)
            self._roster = roster
        return roster

    def admit(self, parcel: JoinParcel, county_key: OpeningKey) -> bytes:
        """Admit the node that sent ``parcel``; the bytes to answer with.

        ``county_key`` is the county's opening key of suite 1. A repeated request gets its
        admission again, with the newest roster.

        Raises:
            KitForeignError: the kit was made by another county.
            NodeUnknownError: nobody invited this node.
            CodeWrongError, CodeBlockedError, CodeUsedError: the one-time code.
            MalformedError, SignatureError: not a request that can be admitted; the code
                is not spent.
        """
        request, signed, proof = self._open(parcel, county_key)
        node = NodeId(request.node)
        digest = hashlib.sha256(pack(signed)).digest()
        with self._lock:
            code = self._checked_code(node, signed, proof)
            if code.spent_by is None:
                self._activate(node, request, digest)
            elif code.spent_by != digest:
                raise CodeUsedError(node)
            certificate, edition = self._store.certificate(node), self._roster.edition
        admission = Admission(
            node=node,
            certificate=certificate,
            roster_proof=edition.proof,
            roster=changes({}, edition.entries),
        )
        return answer_parcel(code.key, signed, admission)

    def _open(self, parcel: JoinParcel, key: OpeningKey) -> tuple[JoinRequest, Signed, bytes]:
        try:
            request, signed, proof = open_parcel(parcel, key)
        except UnopenableError:
            raise KitForeignError("the request is sealed for another county") from None
        if request.root != self._root:
            raise KitForeignError("the kit names another root")
        return request, signed, proof

    def _checked_code(self, node: NodeId, signed: Signed, proof: bytes) -> CodeRow:
        code = self._store.code(node)
        if code is None:
            raise NodeUnknownError(node)
        if code.spent_by is None and code.tries >= MAX_CODE_TRIES:
            raise CodeBlockedError(node)
        try:
            check_code(code.key, signed, proof)
        except CodeWrongError:
            with self._store.transaction():
                self._store.count_wrong_code(node)
            raise
        return code

    def _activate(self, node: NodeId, request: JoinRequest, digest: bytes) -> None:
        invited = self._roster.nodes[node]
        certificate = self._tls.issue(
            request.tls_request, node, invited.role, invited.url, self._randomness
        )
        entry = admitted(invited, request.keys.signing, certificate_key_hash(certificate))
        roster = self._registrar.next(self._roster, node, entry, self._clock.now_ms())
        row = NodeRow(
            node=node,
            entry=entry_bytes(entry),
            keys=pack(checked_keys(request.keys)),
            certificate=certificate,
        )
        with self._store.transaction():
            self._store.spend_code(node, digest)
            self._store.put_node(row)
            self._store.put_proof(roster.version, roster.edition.proof)
        self._keys[node] = request.keys
        self._roster = roster
