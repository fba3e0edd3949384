"""New nodes, and new kits and codes of old ones: on the roster, all of them or none.

Every method may be called from any thread; what it returns is on disk, in one transaction with the
roster. One-time codes can't be had again: the database holds what checks them only.

Source: docs/protocol.md section 10; docs/operations.md, "Enrol a node".
"""

from collections.abc import Callable, Sequence

from protocol.errors import AlreadyJoinedError, YizhanError
from protocol.ids import NONCE_BYTES, NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.kit import kit_file, make_ticket
from protocol.trust.roster import Roster, RosterEntry, State
from provisioning.enrolment.codes import OneTimeCode
from provisioning.invitation import Invitation, NewNode, make_kit, place
from provisioning.issuer import Issuer
from provisioning.policy import Policy
from provisioning.register import Register

Keep = Callable[[Roster, Sequence[Invitation]], None]


def keep_nothing(_roster: Roster, _invitations: Sequence[Invitation]) -> None:
    """For whoever gets the invitations when the call returns."""


def tell_nobody() -> None:
    """Where no progress is shown."""


class Invitations:
    """What one authority invites; shares its register."""

    def __init__(
        self,
        register: Register,
        *,
        root: bytes,
        issuer: Issuer,
        policy: Callable[[], Policy],
        clock: Clock,
        lived_ms: Callable[[], int],
        randomness: Randomness,
        invited_anew: Callable[[NodeId], None],
    ) -> None:
        self._register, self._root, self._issuer = register, root, issuer
        self._policy, self._clock, self._lived_ms = policy, clock, lived_ms
        self._randomness, self._invited_anew = randomness, invited_anew

    def add_all(
        self,
        newcomers: Sequence[NewNode],
        *,
        keep: Keep = keep_nothing,
        told: Callable[[], None] = tell_nobody,
        unique: bool = False,
    ) -> list[Invitation]:
        """Put new nodes on the roster, all or none, and invite them; in the order given.

        Args:
            keep: stores the invitations, told the roster to come; called before that is in
                force, and if it raises nothing changes. One-time codes can't be had again.
            told: called once for each newcomer that was prepared, for a progress bar.

        Raises as Authority.add.
        """
        ids = [NodeId(self._randomness.token(NONCE_BYTES).hex()) for _ in newcomers]
        codes = []
        for node in ids:
            codes.append(OneTimeCode.make(node, self._randomness))
            told()
        policy, lived_ms = self._policy(), self._lived_ms()
        with self._register.lock:
            entries: dict[NodeId, RosterEntry] = {}
            placed = place(self._register.roster, newcomers, ids, policy, unique=unique)
            for node, entry in zip(ids, placed, strict=True):
                if isinstance(entry, YizhanError):
                    raise entry
                entries[node] = entry
            invitations: list[Invitation] = []

            def also(roster: Roster) -> None:
                for node, newcomer, code in zip(ids, newcomers, codes, strict=True):
                    self._register.store.put_contact(node, newcomer.contact)
                    code.keep(self._register.store, self._clock, lived_ms)
                    invitations.append(self._invitation(roster, code))
                keep(roster, invitations)

            self._register.put(entries, also)
        return invitations

    def invite_again(self, node: NodeId) -> Invitation:
        """A new kit and code for a node that has not joined; the old code is good no more.

        Raises:
            NodeUnknownError: no such node.
            AlreadyJoinedError: it has joined.
        """
        return self.invite_all_again([node])[0]

    def invite_all_again(
        self,
        nodes: Sequence[NodeId],
        *,
        keep: Keep = keep_nothing,
        told: Callable[[], None] = tell_nobody,
    ) -> list[Invitation]:
        """As :meth:`invite_again`, of all of them or none; ``keep`` and ``told`` as in add_all."""
        codes = []
        for node in nodes:
            codes.append(OneTimeCode.make(node, self._randomness))
            told()
        with self._register.lock:
            for node in nodes:
                if self._register.entry(node).state is not State.INVITED:
                    raise AlreadyJoinedError(node)
            invitations = [self._invitation(self._register.roster, code) for code in codes]
            with self._register.store.transaction():
                for code in codes:
                    self._put_code(code)
                keep(self._register.roster, invitations)
        return invitations

    def replace(self, node: NodeId, entry: Callable[[Roster], RosterEntry]) -> Invitation:
        """Invite another PC under the id of ``node``, whose old one is lost, with a new kit.

        ``entry`` says what the roster has of it from now on (lifecycle.changes.replaced).

        Raises what ``entry`` raises, and NodeUnknownError.
        """
        code = OneTimeCode.make(node, self._randomness)
        with self._register.lock:
            self._register.entry(node)

            def also(_: Roster) -> None:
                self._register.store.forget_keys(node)
                self._put_code(code)

            roster = self._register.put({node: entry(self._register.roster)}, also)
            self._register.keys.pop(node, None)
            return self._invitation(roster, code)

    def _put_code(self, code: OneTimeCode) -> None:
        code.keep(self._register.store, self._clock, self._lived_ms())
        self._invited_anew(code.node)

    def _invitation(self, roster: Roster, code: OneTimeCode) -> Invitation:
        registrar = self._register.registrar
        proof = registrar.signed_delegation
        kit = make_kit(
            roster,
            code.node,
            root=self._root,
            ca=self._issuer.certificate,
            county_keys=self._register.keys[roster.county()[0]],
            ticket=make_ticket(proof, registrar.signer, code.node, code.invitation),
        )
        file = kit_file(proof, registrar.signer, kit)
        return Invitation(node=code.node, code=code.text, kit=file)
