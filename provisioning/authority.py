"""The authority of one county: who belongs to it, and what they need to prove it.

Every method may be called from any thread. What a method returns is on disk, and every change
is one transaction: the node, its code, its certificate and the new roster, or nothing.

Source: docs/protocol.md sections 7.2 and 10; docs/security.md.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

from protocol.codec import altered
from protocol.envelope.keys import PublicKeys, Signer
from protocol.envelope.suites import OpeningKey
from protocol.errors import NodeUnknownError, StoreError
from protocol.ids import NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.budget import Budget
from protocol.trust.enrolment import JoinParcel
from protocol.trust.renewal import RenewalRequest
from protocol.trust.roster import Role, Roster, RosterEntry
from provisioning import rekeying
from provisioning.audit.log import AuditLog
from provisioning.clock_watch import ClockWatch
from provisioning.enrolment.admissions import Admissions
from provisioning.enrolment.renewals import Renewals
from provisioning.founding import County, Founded, found, read_founded
from provisioning.invitation import Invitation, NewNode, checked_contact
from provisioning.invitations import Invitations
from provisioning.issuer import Issuer
from provisioning.policy import FILE as POLICY_FILE
from provisioning.policy import Policy
from provisioning.register import Register
from provisioning.roster.paths import entry_with_paths
from provisioning.tls_succession import TlsSuccession

T = TypeVar("T")
FOLDER = "authority"  # inside the county's data folder


class Authority:
    """An open authority; made by :meth:`create` or :meth:`open`, ended by :meth:`close`."""

    def __init__(self, founded: Founded, *, clock: Clock, randomness: Randomness) -> None:
        self._register = Register(founded, clock)
        self._issuer = Issuer(founded.tls, randomness)
        self._root = founded.root_public
        self.clock = clock
        self.randomness = randomness
        self.folder = founded.folder
        self.watch = ClockWatch(clock, founded.store)
        self.audit = AuditLog(
            founded.store,
            clock,
            kept_days=lambda: self.policy().audit_days,
            believed=self.watch.look,
        )
        self.admissions = Admissions(
            self._register,
            root=self._root,
            issuer=self._issuer,
            policy=self.policy,
            clock=clock,
            lived_ms=self.watch.lived_ms,
            audit=self.audit,
        )
        self.invitations = Invitations(
            self._register,
            root=self._root,
            issuer=self._issuer,
            policy=self.policy,
            clock=clock,
            lived_ms=self.watch.lived_ms,
            randomness=randomness,
            invited_anew=self.admissions.invited_anew,
        )
        self.renewals = Renewals(self._register, issuer=self._issuer)
        self.succession = TlsSuccession(
            self._register, issuer=self._issuer, folder=founded.folder, randomness=randomness
        )

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
        with self._register.lock:
            with suppress(StoreError):  # then the next start goes by an older date
                self.watch.keep()
            self._register.store.close()

    def examine(self, look: Callable[[sqlite3.Connection], T]) -> T:
        """What ``look``, which only reads, finds in the database."""
        return self._register.store.examine(look)

    def policy(self) -> Policy:
        """The rules in force; the file is read anew each time.

        Raises:
            UsageError: it can't be understood.
        """
        return Policy.load(self.folder / POLICY_FILE)

    @property
    def root_public(self) -> bytes:
        """Ed25519, 32 bytes: names the county for ever."""
        return self._root

    @property
    def ca_der(self) -> bytes:
        """The certificate of the county's TLS authority in use."""
        return self._issuer.certificate

    @property
    def signer(self) -> Signer:
        """The registrar's key, for what the authority says beside its rosters."""
        return self._register.registrar.signer

    @property
    def delegation(self) -> bytes:
        """The root's word, signed, that :attr:`signer` is its registrar."""
        return self._register.registrar.signed_delegation

    def county_certificate(self) -> bytes:
        """The county's own TLS certificate, DER."""
        return self._register.store.certificate(self.roster().county()[0])

    def roster(self) -> Roster:
        """The newest version."""
        return self._register.roster

    def keys_of(self, node: NodeId) -> PublicKeys | None:
        """The keys of a node that has joined, sealing keys included."""
        return self._register.keys.get(node)

    def all_keys(self) -> dict[NodeId, PublicKeys]:
        """The same of every node that has joined."""
        return dict(self._register.keys)

    def add(
        self,
        *,
        role: Role,
        code: str,
        name: str,
        parent: str | None,
        url: str = "",
        contact: str = "",
        unique: bool = False,
        anyway: bool = False,
    ) -> Invitation:
        """Put a new node on the roster and invite it.

        ``code`` is a division code inside the county, of 6, 9 or 12 digits; ``parent`` a node id
        or the division code of a hub, None for the county; ``url`` is ``https://host:port`` for
        a hub, empty for a station and for a hub that will say it when it joins; ``contact`` is
        whom to call; ``unique`` refuses a second node of this role in one division; ``anyway``
        allows a village below the hub of another township.

        Raises:
            UsageError: role, code, name or URL is not one that a node may have.
            NodeUnknownError: no such parent, or it may not have such a child.
            NodeTwiceError: the division has such a node already, and ``unique`` was asked for.
        """
        newcomer = NewNode(
            role=role,
            code=code,
            name=name,
            parent=parent,
            url=url,
            contact=checked_contact(contact),
            anyway=anyway,
        )
        return self.invitations.add_all([newcomer], unique=unique)[0]

    def contact(self, node: NodeId) -> str:
        """Who is called when something is wrong at ``node``; empty if nobody was named."""
        return self._register.store.contact(node)

    def set_contact(self, node: NodeId, contact: str) -> None:
        """Say who is called when something is wrong at ``node``; empty: nobody.

        Raises:
            NodeUnknownError: no such node.
            UsageError: too long, or with control characters.
        """
        plain = checked_contact(contact)
        with self._register.lock, self._register.store.transaction():
            self._register.entry(node)
            self._register.store.put_contact(node, plain)

    def contacts(self) -> dict[NodeId, str]:
        """As :meth:`contact`, of all nodes at once; a node is missing if nobody was named."""
        return self._register.store.contacts()

    def invited_ms(self) -> dict[NodeId, int]:
        """Of nodes that have not joined: when their newest code was made."""
        return self._register.store.unspent_codes()

    def suspicions(self) -> Mapping[NodeId, Collection[str]]:
        """Alarms about kits: wrong codes, or two PCs that ask with one."""
        return self.admissions.suspicions()

    def change(self, node: NodeId, entry: Callable[[Roster], RosterEntry]) -> Roster:
        """Put in force what ``entry`` makes of a known node; the present roster if that is nothing.

        Raises what ``entry`` raises, and NodeUnknownError.
        """
        with self._register.lock:
            self._register.entry(node)
            return self._register.alter(node, entry(self.roster()))

    def set_budget(self, node: NodeId, budget: Budget | None) -> Roster:
        """Limit what goes over the link between ``node`` and its parent; None lifts the limits.

        The new roster, or the present one if nothing changes.

        Raises:
            NodeUnknownError: no such node, or it has no parent.
        """
        with self._register.lock:
            entry = self._register.entry(node)
            if not entry.parent:
                raise NodeUnknownError(node)
            return self._register.alter(node, altered(entry, budget=budget))

    def set_paths(self, node: NodeId, others: Sequence[str]) -> Roster:
        """Let a station call ``others`` (node ids, in order) when its parent is silent.

        Without any, it has no other path any more. The new roster, or the present one if nothing
        changes.

        Raises:
            NodeUnknownError: a node is not on the roster.
            UsageError: this can't be a path of that node.
        """
        with self._register.lock:
            return self._register.alter(node, entry_with_paths(self.roster(), node, others))

    def note_audit(self) -> Roster:
        """Sign a roster that says how far the audit record has come, unless one does."""
        with self._register.lock:
            return self._register.note_audit()

    def copy_database(self, path: Path) -> None:
        """Write a consistent copy of the database to ``path``, a new file.

        Raises:
            DiskFullError, StoreError: it can't be written.
        """
        with self._register.lock:
            self._register.store.copy_to(path)

    def move_ahead(self, by: int) -> Roster:
        """Sign the newest roster again, under a number that is higher by ``by``.

        For an authority that comes from a backup: nodes may hold versions that were signed after
        it, and take nothing that is not newer.
        """
        with self._register.lock:
            return self._register.move_ahead(by)

    def replace_registrar(self, root: Signer, seed: bytes, *, above: int) -> Roster:
        """Let ``root`` name a new registrar with the key ``seed``; the roster that it signs first.

        Nodes take nothing from the old one any more. ``above`` is a version that the new roster
        is to be higher than, beside the newest that is known here.

        Raises:
            SignatureError: ``root`` is not this authority's.
        """
        with self._register.lock:
            return self._register.replace_registrar(
                root, seed, folder=self.folder, root_public=self._root, above=above
            )

    def renew(self, request: RenewalRequest) -> bytes:
        """Put the new keys of an active node on the roster; the certificate for them, DER.

        The caller has checked that the present signing key of the node asks for it. A repeated
        request gets the same certificate.

        Raises:
            NodeUnknownError, NotOnRosterError: no such node, or it is not active.
            SignatureError: the request replaces a key that is not the present one.
            MalformedError: its certificate request can't be used.
        """
        return self.renewals.renew(request)

    def certify(self, node: NodeId) -> bytes:
        """The certificate (DER) for the present keys of ``node``, by the TLS authority in use.

        Raises:
            NodeUnknownError, NotOnRosterError: no such node, or it may not speak.
        """
        return self.renewals.certify(node)

    def announce_keys(self, public: PublicKeys) -> Roster:
        """Name the county's next sealing keys; raises as :func:`provisioning.rekeying.announce`."""
        with self._register.lock:
            return rekeying.announce(self._register, public, self.clock.now_ms())

    def use_announced_keys(self) -> Roster:
        """Let nodes seal for them; raises as :func:`provisioning.rekeying.use`."""
        with self._register.lock:
            return rekeying.use(self._register)

    def announce_signing(self, public: bytes) -> Roster:
        """The county's next signing key; as :func:`provisioning.rekeying.announce_signing`."""
        with self._register.lock:
            return rekeying.announce_signing(self._register, public, self.clock.now_ms())

    def use_signing(self, *, stolen: bool) -> Roster:
        """Put it in the present one's place; as :func:`provisioning.rekeying.use_signing`."""
        with self._register.lock:
            return rekeying.use_signing(self._register, self.clock.now_ms(), stolen=stolen)

    def forget_former(self) -> Roster:
        """As :func:`provisioning.rekeying.forget_former`, unless the date is in doubt."""
        if not self.watch.look():
            return self.roster()
        with self._register.lock:
            return rekeying.forget_former(self._register, self.clock.now_ms())

    def settle(self, node: NodeId, shown: bytes) -> bool:
        """``node`` has shown its signing key ``shown``; whether that ends its former TLS key.

        Raises:
            NodeUnknownError: no such node.
        """
        return self.renewals.settle(node, shown)

    def admit(self, parcel: JoinParcel, county_key: OpeningKey, time: bytes = b"") -> bytes:
        """Admit the node that sent ``parcel``; the bytes to answer with.

        ``county_key`` is the county's opening key of suite 1. A repeated request gets its
        admission again, with the newest roster. ``time`` is the county's newest signed time.

        Raises:
            KitForeignError: the kit was made by another county.
            NodeUnknownError: nobody invited this node.
            CodeWrongError, CodeBlockedError, CodeUsedError, CodeExpiredError: the one-time code.
            JoinWaitingError, JoinRejectedError: a person's word is missing, or was no.
            MalformedError, SignatureError: not a request that can be admitted; the code
                is not spent.
        """
        return self.admissions.admit(parcel, county_key, time)
