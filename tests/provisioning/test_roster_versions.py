"""Whatever is asked of the authority, in whatever order: roster versions only rise."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import YizhanError
from protocol.trust.edition import changes
from protocol.trust.enrolment import new_code
from protocol.trust.roster import Roster, State, read_roster
from provisioning.invitation import Invitation
from tests.provisioning.scene import Machine, Scene

STEPS = ["hub", "station", "bad station", "join", "other machine", "wrong code", "reopen"]


@dataclass
class Village:
    """Does what Hypothesis asks, with the invitation that it points at."""

    scene: Scene
    invited: list[tuple[Invitation, Machine]] = field(default_factory=list)

    def do(self, step: str, pick: int) -> bool:
        """Whether the roster must have changed."""
        if step == "reopen":
            self.scene.reopen()
            return False
        if step in {"hub", "station", "bad station"}:
            return self.invite(step)
        if not self.invited:
            return False
        invitation, machine = self.invited[pick % len(self.invited)]
        fresh = self.scene.authority.keys_of(invitation.node) is None
        if step == "other machine":
            machine = self.scene.machine(invitation)
        code = new_code(self.scene.randomness) if step == "wrong code" else invitation.code
        self.scene.authority.admit(machine.parcel(code)[0], self.scene.opening_key)
        return fresh

    def invite(self, step: str) -> bool:
        if step == "hub":
            invitation = self.scene.add_hub()
        else:
            invitation = self.scene.add_station("0" * 16 if step == "bad station" else None)
        self.invited.append((invitation, self.scene.machine(invitation)))
        return True


def follow(scene: Scene, held: Roster) -> Roster:
    """What a node makes of the newest roster; it raises on any version that is not newer."""
    edition = scene.authority.roster().edition
    delta = changes(held.edition.entries, edition.entries)
    root = scene.authority.root_public
    return read_roster(root, edition.proof, delta, held, base=held.version)


@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), max_size=12))
def test_roster_versions_only_rise(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(data=Path(folder))
        village, held = Village(scene), scene.authority.roster()
        for step, pick in steps:
            try:
                changed = village.do(step, pick)
            except YizhanError:
                changed = False
            now = scene.authority.roster()
            assert now.version == held.version + changed
            if changed:
                held = follow(scene, held)
            assert now.nodes == held.nodes
        joined = [n for n, e in held.nodes.items() if e.state is State.ACTIVE]
        assert all(scene.authority.keys_of(node) for node in joined)
        scene.authority.close()
