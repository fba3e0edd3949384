"""The roster in force, and the one way to change it: a new version with all that belongs to it."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from protocol.codec import altered
from protocol.envelope.keys import Signer, SoftwareSigner
from protocol.errors import NodeUnknownError, SignatureError
from protocol.ids import NodeId
from protocol.ports import Clock
from protocol.trust.audit import AuditHead
from protocol.trust.roster import Roster, RosterEntry, entry_bytes
from provisioning.founding import Founded, finish_registrar, prepare_registrar
from provisioning.registrar import delegate
from runtime.disk.files import disk_errors


class Register:
    """Who belongs to the county. Whoever changes it holds :attr:`lock`; reading needs none."""

    def __init__(self, founded: Founded, clock: Clock) -> None:
        self.store, self.registrar = founded.store, founded.registrar
        self.keys = founded.keys  # of joined nodes, for sealing, too
        self.lock = threading.Lock()
        self._roster = founded.roster
        self._clock = clock

    @property
    def roster(self) -> Roster:
        """The newest version."""
        return self._roster

    def entry(self, node: NodeId) -> RosterEntry:
        """The entry of a node.

        Raises:
            NodeUnknownError: it is not on the roster.
        """
        entry = self._roster.nodes.get(node)
        if entry is None:
            raise NodeUnknownError(node)
        return entry

    def put(
        self,
        changed: Mapping[NodeId, RosterEntry],
        also: Callable[[Roster], None] = lambda _: None,
    ) -> Roster:
        """Put entries in force.

        Args:
            also: writes to :attr:`store` what belongs to it, in the same transaction; told the
                roster to come. If it raises, nothing changes.
        """
        entries = {**changed, **self._with_audit(changed)}
        roster = self.registrar.with_nodes(self._roster, entries, self._clock.now_ms())
        with self.store.transaction():
            for node, entry in entries.items():
                self.store.put_entry(node, entry_bytes(entry))
            also(roster)
            self.store.put_proof(roster.version, roster.edition.proof)
        self._roster = roster
        return roster

    def note_audit(self) -> Roster:
        """Sign how far the audit record has come; the present roster if that says it already."""
        return self.put({}) if self._with_audit({}) else self._roster

    def _with_audit(self, changed: Mapping[NodeId, RosterEntry]) -> dict[NodeId, RosterEntry]:
        """The county's entry with the newest head; nothing if it stands there."""
        county, held = self._roster.county()
        entry, last = changed.get(county, held), self.store.newest_audit()
        head = AuditHead(number=last.number, hash=last.hash) if last else None
        return {} if head == entry.audit else {county: altered(entry, audit=head)}

    def alter(self, node: NodeId, entry: RosterEntry) -> Roster:
        """Put another entry of a known node in force; the present roster if it is the same."""
        if entry == self.entry(node):
            return self._roster
        return self.put({node: entry})

    def move_ahead(self, by: int) -> Roster:
        """The same entries, signed under a number that is higher by ``by``."""
        roster = self.registrar.again(self._roster, by, self._clock.now_ms())
        with self.store.transaction():
            self.store.put_proof(roster.version, roster.edition.proof)
        self._roster = roster
        return roster

    def replace_registrar(
        self, root: Signer, seed: bytes, *, folder: Path, root_public: bytes, above: int
    ) -> Roster:
        """A new registrar by the root's word; see Authority.replace_registrar."""
        if root.public_bytes() != root_public:
            raise SignatureError("the root key of another authority")
        number = self.registrar.delegation.number + 1
        registrar = delegate(root, SoftwareSigner(seed), self._clock.now_ms(), number=number)
        by = max(1, above + 1 - self._roster.version)
        roster = registrar.again(self._roster, by, self._clock.now_ms())
        with disk_errors():
            prepare_registrar(folder, seed)
        with self.store.transaction():
            self.store.put_delegation(registrar.signed_delegation)
            self.store.put_proof(roster.version, roster.edition.proof)
        with disk_errors():
            finish_registrar(folder)
        self.registrar, self._roster = registrar, roster
        return roster
