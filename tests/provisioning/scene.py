"""A county with its authority, and machines that join it; what several tests begin with."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from protocol.envelope.suites import OpeningKey, SuiteNumber
from protocol.ids import NodeId
from protocol.trust import enrolment
from protocol.trust.certificate import tls_request
from protocol.trust.enrolment import (
    Admission,
    JoinParcel,
    JoinRequest,
    check_answer,
    code_key,
    join_parcel,
    read_answer,
    read_parcel,
)
from protocol.trust.kit import Kit, read_kit
from protocol.trust.roster import Role, Roster, read_roster
from provisioning.authority import Authority
from provisioning.invitation import Invitation
from runtime.node.identity import Secrets
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock

COUNTY_URL, HUB_URL = "https://127.0.0.1:8440", "https://hub.example.cn:8441"


def _typed(code: str, node: NodeId) -> bytes:
    """A node makes the key of what was typed once, and keeps it until the answer has come."""
    return _typed_at(code, node, enrolment._ARGON_KIB)


@cache
def _typed_at(code: str, node: NodeId, _cost: int) -> bytes:
    """Apart by its cost: nodes of two tests may have the same code and name."""
    return code_key(code, node)


def make_secrets(randomness: SeededRandomness) -> Secrets:
    return Secrets(
        signing=randomness.token(32),
        xwing=randomness.token(96),
        x25519=randomness.token(32),
        tls=randomness.token(32),
    )


@dataclass(kw_only=True)
class Machine:
    """A PC on which somebody types a code for a kit."""

    kit: Kit
    secrets: Secrets

    @property
    def node(self) -> NodeId:
        return NodeId(self.kit.node)

    def request(self) -> JoinRequest:
        return JoinRequest(
            node=self.kit.node,
            root=self.kit.root,
            keys=self.secrets.node_keys().public(),
            tls_request=tls_request(self.node, self.secrets.tls),
        )

    def parcel(self, code: str, request: JoinRequest | None = None) -> tuple[JoinParcel, bytes]:
        """The parcel, and the hash by which the answer is checked."""
        key, keys = _typed(code, self.node), self.secrets.node_keys()
        data, digest = join_parcel(
            request or self.request(), keys, key, self.kit.county_keys, self.kit.ticket
        )
        return read_parcel(data), digest

    def accept(self, code: str, digest: bytes, answer: bytes) -> tuple[Admission, Roster]:
        """What the node does with the answer; raises unless the county knew the code."""
        admission, proof = read_answer(answer)
        check_answer(_typed(code, self.node), digest, proof)
        return admission, read_roster(self.kit.root, admission.roster_proof, admission.roster)


@dataclass(kw_only=True)
class Scene:
    """One county: its data folder, its keys, its open authority."""

    data: Path
    seed: int = 1
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.randomness = SeededRandomness(self.seed)
        self.secrets = make_secrets(self.randomness)
        self.county = NodeId(self.randomness.token(8).hex())
        self.keys = self.secrets.node_keys()
        self.authority = Authority.create(
            self.data / "authority",
            county=self.county,
            code="451423",
            name="龙州县政务服务中心",
            url=COUNTY_URL,
            keys=self.keys.public(),
            tls_request=tls_request(self.county, self.secrets.tls),
            clock=self.clock,
            randomness=self.randomness,
        )

    @property
    def opening_key(self) -> OpeningKey:
        return self.keys.opening[SuiteNumber.XWING]

    def reopen(self) -> None:
        self.authority.close()
        self.authority = Authority.open(
            self.data / "authority", clock=self.clock, randomness=self.randomness
        )

    def add_hub(self) -> Invitation:
        """The first is called at ``HUB_URL``, each further one at the next port."""
        nodes = self.authority.roster().nodes.values()
        port = 8441 + sum(entry.role is Role.HUB for entry in nodes)
        url = HUB_URL.replace("8441", str(port))
        return self.authority.add(
            role=Role.HUB, code="451423103", name="水口镇", parent=None, url=url
        )

    def add_station(self, parent: str | None = None, *, code: str = "451423103201") -> Invitation:
        return self.authority.add(
            role=Role.STATION, code=code, name="独山村", parent=parent, url=""
        )

    def machine(self, invitation: Invitation) -> Machine:
        """A new machine, with keys of its own, for this invitation."""
        return Machine(kit=read_kit(invitation.kit), secrets=make_secrets(self.randomness))

    def join(self, invitation: Invitation) -> tuple[Machine, Admission]:
        machine = self.machine(invitation)
        parcel, digest = machine.parcel(invitation.code)
        answer = self.authority.admit(parcel, self.opening_key)
        return machine, machine.accept(invitation.code, digest, answer)[0]
