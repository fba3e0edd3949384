"""What the authority and a joining node write: nodes, kits, codes, keys, certificates."""

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest import mock

import pytest

from protocol.envelope.keys import KEY_BYTES, SoftwareSigner
from protocol.envelope.suites import SoftwareOpeningKey
from protocol.envelope.vault import read_record
from protocol.envelope.vault_county import open_county_slot
from protocol.errors import AlreadyJoinedError, CodeUsedError, UsageError
from protocol.ids import NodeId
from protocol.trust.enrolment import JoinParcel, read_parcel
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role, State
from provisioning.authority import Authority
from provisioning.bulk.folder import KitFolder
from provisioning.bulk.service import import_table
from provisioning.escrow.folder import open_sealed
from provisioning.escrow.service import KeyEscrow, Terms
from provisioning.invitation import Invitation
from runtime.disk.papers import new_paper
from runtime.line.client import ParentClient
from runtime.node.identity import has_identity, load_identity
from runtime.system import SystemClock, SystemRandomness
from station_agent.keys.joining import join_station
from station_agent.store.vault import Vault
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock
from tests.builders.disks.lasting import lasting_folder
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.provisioning.bulk.tables import table
from tests.provisioning.scene import Machine, Scene


@dataclass
class Pattern:
    """An authority with one hub, and a station that is invited: made once, copied often."""

    folder: Path
    hub: str
    invitation: Invitation
    key: SoftwareOpeningKey
    machines: list[Machine]
    codes: list[str]  # of the nodes that are on the roster


@cache
def pattern() -> Pattern:
    scene = Scene(data=lasting_folder("authority"))
    hub = scene.add_hub()
    scene.join(hub)
    invitation = scene.add_station(parent=hub.node)
    scene.authority.close()
    return Pattern(
        folder=scene.data,
        hub=hub.node,
        invitation=invitation,
        key=scene.opening_key,  # type: ignore[arg-type] # in a scene it is one
        machines=[scene.machine(invitation) for _ in range(2)],
        codes=[entry.code for entry in scene.authority.roster().nodes.values()],
    )


@dataclass
class Office:
    """The authority in a folder of its own."""

    data: Path
    invitation: Invitation = field(default_factory=lambda: pattern().invitation)
    randomness: SeededRandomness = field(default_factory=lambda: SeededRandomness(5))

    def open(self) -> Authority:
        return Authority.open(self.data, clock=FakeClock(), randomness=self.randomness)

    @property
    def kit(self) -> Path:
        return self.data / "new.kit"

    def invite(self, authority: Authority) -> Invitation:
        return authority.add(
            role=Role.STATION, code="451423103202", name="新村", parent=pattern().hub
        )

    def parcel(self, machine: int) -> JoinParcel:
        return pattern().machines[machine].parcel(self.invitation.code)[0]


async def office(root: Path) -> Office:
    shutil.copytree(pattern().folder / "authority", root)
    return Office(data=root)


# a kit


async def add(place: Office, mains: Mains) -> None:
    authority = place.open()
    with mains.armed(), new_paper(place.kit, force=True) as file:
        file.write(place.invite(authority).kit)
    authority.close()


async def a_kit_is_whole_and_known(place: Office, told: bool) -> None:
    authority = place.open()
    assert place.kit.exists() or not told
    if place.kit.exists():
        node = NodeId(read_kit(place.kit.read_bytes()).node)
        assert authority.roster().nodes[node].state is State.INVITED
    assert place.invite(authority).node in authority.roster().nodes
    authority.close()


# many kits at once


async def invite_all(place: Office, mains: Mains) -> None:
    authority = place.open()
    with mains.armed():
        _import(place, authority)
    authority.close()


def _import(place: Office, authority: Authority) -> None:
    lines = ("451423104,金龙镇,hub,,https://h.example.cn:1", "451423104201,新村,station,451423104,")
    kits = KitFolder(place.data / "kits")
    import_table(authority, table(*lines), kits, told=lambda _done, _total: None)


async def every_node_has_its_kit(place: Office, told: bool) -> None:
    kits, authority = place.data / "kits", place.open()
    before = len(authority.roster().nodes)
    assert not told or kits.exists()
    if not kits.exists():
        with suppress(UsageError):  # it was all there but for its name
            _import(place, authority)
    nodes = authority.roster().nodes
    for kit in kits.glob("*.kit"):
        assert nodes[NodeId(read_kit(kit.read_bytes()).node)].state is State.INVITED
    assert len(list(kits.glob("*.kit"))) == 2
    assert len(list(kits.glob("cards/*.html"))) == 3
    assert len(nodes) in (before, before + 2)
    assert len(nodes) == len(pattern().codes) + 2
    authority.close()


# an admission


async def admit(place: Office, mains: Mains) -> None:
    authority = place.open()
    parcel = place.parcel(0)
    with mains.armed():
        authority.admit(parcel, pattern().key)
    authority.close()


async def the_code_is_spent_once(place: Office, told: bool) -> None:
    authority = place.open()
    node = place.invitation.node
    state = authority.roster().nodes[node].state
    assert state is (State.ACTIVE if told else state)
    first = 0 if state is State.ACTIVE else 1
    authority.admit(place.parcel(first), pattern().key)  # the answer to the first may be lost
    with pytest.raises(CodeUsedError):
        authority.admit(place.parcel(1 - first), pattern().key)
    assert authority.roster().nodes[node].state is State.ACTIVE
    authority.close()


# a restored authority goes on


async def move_ahead(place: Office, mains: Mains) -> None:
    authority = place.open()
    with mains.armed():
        authority.move_ahead(1000)
    authority.close()


async def the_roster_is_one_or_the_other(place: Office, told: bool) -> None:
    authority = place.open()
    assert authority.roster().version > 1000 or not told
    place.invite(authority)
    authority.close()


# the root key leaves the machine, and names another registrar


async def office_with_stick(root: Path) -> Office:
    (root / "data").mkdir(parents=True)
    return await office(root / "data" / "authority")


async def export_root(place: Office, mains: Mains) -> None:
    authority = place.open()
    with mains.armed():
        KeyEscrow(authority).export_root(stick_of(place), Terms(threshold=2, shares=3))
    authority.close()


def stick_of(place: Office) -> Path:
    return place.data.parent.parent / "stick"


async def the_root_key_is_somewhere(place: Office, told: bool) -> None:
    authority, key = place.open(), place.data / "root.key"
    safe = stick_of(place)
    papers = sorted((safe / "shares").glob("*.txt"))[:2]
    assert not (told and key.exists())
    if not (key.exists() and len(key.read_bytes()) == KEY_BYTES and any(key.read_bytes())):
        _, seed = open_sealed(safe / "root.sealed", papers)
        assert SoftwareSigner(seed).public_bytes() == authority.root_public
    authority.close()


async def replace_registrar(place: Office, mains: Mains) -> None:
    authority = place.open()
    root = SoftwareSigner((place.data / "root.key").read_bytes())
    with mains.armed():
        authority.replace_registrar(root, bytes(range(32)), above=50)
    authority.close()


async def one_registrar_signs(place: Office, told: bool) -> None:
    authority = place.open()
    assert authority.roster().version > 50 or not told
    place.invite(authority)
    authority.close()


# a station joins


@dataclass
class NewNode:
    """A PC with a kit and a code, and the county that it talks to."""

    data: Path
    office: Office

    async def join(self) -> None:
        authority = self.office.open()

        async def answer(_: ParentClient, parcel: bytes) -> bytes:
            return authority.admissions.verdict(read_parcel(parcel), pattern().key)[0]

        try:
            with mock.patch.object(ParentClient, "join", answer):
                await join_station(
                    self.office.invitation.kit,
                    self.office.invitation.code,
                    self.data,
                    password=None,
                    clock=SystemClock(),
                    randomness=SystemRandomness(),
                    report=lambda _: None,
                )
        finally:
            authority.close()


async def newcomer(root: Path) -> NewNode:
    root.mkdir()
    data = root / "station"
    return NewNode(data=data, office=await office(root.parent / "authority"))


async def join(place: NewNode, mains: Mains) -> None:
    with mains.armed():
        await place.join()


async def the_same_kit_joins(place: NewNode, told: bool) -> None:
    assert has_identity(place.data) or not told
    if has_identity(place.data):
        with pytest.raises(AlreadyJoinedError):
            await place.join()
    else:
        await place.join()  # again, with the same code
    identity = load_identity(place.data)
    authority = place.office.open()
    entry = authority.roster().nodes[identity.node]
    assert entry.keys is not None
    assert entry.keys.signing == identity.keys.signer.public_bytes()
    authority.close()
    vault = Vault(identity.folder)
    assert vault.unlock(None).take_out("x", vault.put_in("x", {"name": "某人"}), dict) == {
        "name": "某人"
    }
    record = read_record((identity.folder / "vault.bin").read_bytes())
    assert record.county is not None
    key = open_county_slot(
        record.county, station=identity.node, public=record.public, key=pattern().key
    )
    assert key == vault.unlock(None).key


ACTIONS = [
    Action("authority: many kits", office, invite_all, every_node_has_its_kit),
    Action("authority: kit", office, add, a_kit_is_whole_and_known),
    Action("authority: admission", office, admit, the_code_is_spent_once),
    Action("authority: root key", office_with_stick, export_root, the_root_key_is_somewhere),
    Action("authority: new registrar", office, replace_registrar, one_registrar_signs),
    Action("authority: moving ahead", office, move_ahead, the_roster_is_one_or_the_other),
    Action("station: joining", newcomer, join, the_same_kit_joins),
]
