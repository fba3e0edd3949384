"""Sticks with requests and answers that strangers put there: they count for nothing.

The real programs of county, hub and a new station; the hub has no line to the county.
"""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from central.hub.app import HubNode, open_hub
from central.relay.stick.joining import KEPT, EnrollingStick
from central.relay.stick.service import RelayStick
from central.server.config import ServerConfig
from protocol.codec import pack, unpack
from protocol.envelope.keys import new_signer
from protocol.errors import CodeWrongError, JoinOnStickError, MalformedError, SignatureError
from protocol.exchange.refusal import refusal_bytes, refusal_of
from protocol.ids import NodeId
from protocol.limits import MAX_JOINS_OF_NODE
from protocol.trust.enrolment import JoinParcel, JoinVerdict, sign_verdict
from protocol.trust.kit import make_ticket, read_kit
from protocol.trust.roster import Role
from provisioning.invitation import Invitation
from provisioning.registrar import delegate
from runtime.cli.command import silent
from runtime.node.identity import Identity
from runtime.sticks.carried import Carried
from runtime.sticks.joins import JoinFolder, JoinName
from runtime.system import SystemClock, SystemRandomness
from station_agent.keys.joining import join_station
from tests.system.keys.renewing import Place, join_hub

CHANCE = SystemRandomness()


@dataclass(kw_only=True)
class Scene:
    """A county, a hub that has no line to it, and a stick."""

    place: Place
    hub: HubNode
    stick: Path
    county_kept: Path

    def invite(self, name: str = "新村") -> Invitation:
        newcomer = self.place.county.authority
        return newcomer.add(role=Role.STATION, code="451423103299", name=name, parent=None)

    async def join(
        self, invitation: Invitation, *, folder: str = "new", code: str = ""
    ) -> Identity:
        return await join_station(
            invitation.kit,
            code or invitation.code,
            self.place.folder / folder,
            password=None,
            clock=SystemClock(),
            randomness=CHANCE,
            report=lambda _: None,
            stick=self.stick,
        )

    async def asks(self, invitation: Invitation, **how: str) -> None:
        with pytest.raises(JoinOnStickError):
            await self.join(invitation, **how)

    @property
    def on_stick(self) -> JoinFolder:
        return JoinFolder.on_stick(self.stick)

    @property
    def kept(self) -> JoinFolder:
        """At the hub."""
        return JoinFolder(self.place.folder / "hub" / KEPT)

    async def to_hub(self) -> Carried:
        return await self.hub.stick.take_in(self.stick, silent)

    async def to_county(self) -> Carried:
        county = self.place.county
        office = EnrollingStick(
            RelayStick(county.exchanges), county.relay, county.admit, self.county_kept
        )
        return await office.take_in(self.stick, silent)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    (tmp_path / "stick").mkdir()
    async with Place.open(tmp_path) as place:
        await join_hub(place)
        async with open_hub(tmp_path / "hub", ServerConfig()) as hub:
            yield Scene(
                place=place, hub=hub, stick=tmp_path / "stick", county_kept=tmp_path / "office"
            )


def stranger_says(node: str, about: bytes, *, code: str = "", answer: bytes = b"") -> bytes:
    """A verdict of an authority that somebody has made at home."""
    root, registrar = new_signer(CHANCE), new_signer(CHANCE)
    verdict = JoinVerdict(
        about=about, sealed=bytes(32), node=node, code=code, detail="转账到", answer=answer
    )
    return sign_verdict(delegate(root, registrar, 1).signed_delegation, registrar, verdict)


def junk_for(node: str) -> list[bytes]:
    """What strangers may leave in place of an answer."""
    told = refusal_of(CodeWrongError("请打电话给我"), node=node, at_ms=1)
    return [
        b"",
        b"junk",
        refusal_bytes(new_signer(CHANCE), told),
        stranger_says(node, bytes(32), code="enrolment.rejected"),
        stranger_says(node, bytes(32), answer=b"yes"),
    ]


async def test_an_answer_of_a_stranger_is_neither_shown_nor_in_the_way(scene: Scene) -> None:
    invitation = scene.invite()
    await scene.asks(invitation)
    (name,) = scene.on_stick.asks()
    for junk in junk_for(invitation.node):
        scene.on_stick.put_answer(name, junk)
        await scene.asks(invitation)  # and not the stranger's words
        assert scene.on_stick.answers() == set()

        scene.on_stick.put_answer(name, junk)
        for one in scene.kept.asks():
            scene.kept.drop(one)
        await scene.to_hub()
        assert scene.kept.asks() == {carried(scene, name)}  # it was taken over for all that
        assert scene.kept.answers() == set()
    assert (await scene.to_county()).joins == 1
    assert (await scene.join(invitation)).node == invitation.node


async def test_the_county_s_answer_to_another_request_is_none(scene: Scene) -> None:
    invitation = scene.invite()
    await scene.asks(invitation, folder="another PC", code="7KQF-3M2P-9XTD")
    await scene.to_county()
    (other,) = scene.on_stick.answers()
    answer = scene.on_stick.answer(other)
    scene.on_stick.drop(other)
    await scene.asks(invitation)
    (name,) = scene.on_stick.asks()
    scene.on_stick.put_answer(name, answer)  # signed by the county, about what was asked before
    await scene.to_hub()
    assert (scene.kept.asks(), scene.kept.answers()) == ({carried(scene, name)}, set())
    await scene.asks(invitation)
    scene.on_stick.put_answer(other, answer)
    with pytest.raises(CodeWrongError):
        await scene.join(invitation, folder="another PC", code="7KQF-3M2P-9XTD")


async def test_a_thousand_requests_without_a_ticket_take_no_place(scene: Scene) -> None:
    invitation, other = scene.invite(), scene.invite("旧村")
    registrar = new_signer(CHANCE)
    home = delegate(new_signer(CHANCE), registrar, 1).signed_delegation
    tickets = [
        b"",
        make_ticket(home, registrar, invitation.node, bytes(8)),  # signed at home
        read_kit(other.kit).ticket,  # of another node
    ]
    for number in range(999):
        node = invitation.node if number % 2 else f"{number:016x}"
        name = JoinName.of(NodeId(node), number.to_bytes(8, "big"))
        parcel = JoinParcel(node=node, sealed=b"sealed", ticket=tickets[number % 3])
        scene.on_stick.put_ask(name, pack(parcel))
    await scene.asks(invitation)
    report = await scene.to_hub()
    assert (report.joins, report.skipped) == (0, 1)  # it is kept: the stick was not empty
    assert len(scene.kept.asks()) == 1
    assert {name.node for name in scene.kept.asks()} == {invitation.node}
    assert len(report.refused) + report.refused_more == 999
    assert set(report.refused.values()) == {SignatureError.code, MalformedError.code}
    await scene.to_county()
    assert (await scene.join(invitation)).node == invitation.node


async def test_whoever_has_a_kit_crowds_out_nobody_else_and_not_the_last_who_asked(
    scene: Scene,
) -> None:
    crowded, other = scene.invite(), scene.invite("旧村")
    await scene.asks(other, folder="other")
    ticket = read_kit(crowded.kit).ticket
    for number in range(50):
        name = JoinName.of(crowded.node, number.to_bytes(8, "big"))
        parcel = JoinParcel(node=crowded.node, sealed=b"%d" % number, ticket=ticket)
        scene.on_stick.put_ask(name, pack(parcel))
    await scene.to_hub()
    kept = scene.kept.asks()
    assert sum(name.node == crowded.node for name in kept) == MAX_JOINS_OF_NODE
    assert sum(name.node == other.node for name in kept) == 1
    shutil.rmtree(scene.stick / "yizhan")
    await scene.asks(crowded)
    await scene.to_hub()
    (name,) = scene.on_stick.asks()
    assert carried(scene, name) in scene.kept.asks()
    assert len(scene.kept.asks()) == MAX_JOINS_OF_NODE + 1
    assert unpack(scene.kept.ask(carried(scene, name)), JoinParcel).ticket == ticket


async def test_copies_under_other_names_are_one_request_which_is_answered_under_its_own(
    scene: Scene,
) -> None:
    invitation = scene.invite()
    await scene.asks(invitation)
    (name,) = scene.on_stick.asks()
    parcel = scene.on_stick.ask(name)
    scene.on_stick.drop(name)
    for number in range(200):
        scene.on_stick.put_ask(JoinName.of(invitation.node, number.to_bytes(8, "big")), parcel)
    await scene.to_hub()
    (kept,) = scene.kept.asks()
    assert scene.kept.ask(kept) == parcel
    mine, scene.stick = scene.stick, scene.place.folder / "ferry"
    scene.stick.mkdir()
    await scene.hub.stick.export(scene.stick, None, silent)
    assert scene.on_stick.asks() == {kept}
    await scene.to_county()
    await scene.to_hub()  # with the county's answer
    scene.stick = mine
    shutil.rmtree(mine / "yizhan" / "join")  # the clerk has a new stick
    await scene.hub.stick.export(mine, None, silent)
    assert (scene.on_stick.asks(), scene.on_stick.answers()) == (set(), {name})
    assert (await scene.join(invitation)).node == invitation.node


async def test_an_answer_to_another_request_of_the_node_is_not_taken_for_a_kept_one(
    scene: Scene,
) -> None:
    invitation = scene.invite()
    await scene.asks(invitation, folder="another PC", code="7KQF-3M2P-9XTD")
    await scene.to_county()
    (other,) = scene.on_stick.answers()
    refusal = scene.on_stick.answer(other)
    scene.on_stick.drop(other)
    await scene.asks(invitation)
    (name,) = scene.on_stick.asks()
    await scene.to_hub()
    for there in (name, carried(scene, name)):
        scene.on_stick.put_answer(there, refusal)
        await scene.to_hub()
        assert scene.kept.answers() == set()


def carried(scene: Scene, name: JoinName) -> JoinName:
    """The name under which the hub keeps what lies on the stick under ``name``."""
    return JoinName.carried(unpack(scene.on_stick.ask(name), JoinParcel))


async def test_what_the_county_refuses_comes_back_in_its_own_words(scene: Scene) -> None:
    invitation = scene.invite()
    await scene.asks(invitation, code="7KQF-3M2P-9XTD")
    await scene.to_county()
    with pytest.raises(CodeWrongError):
        await scene.join(invitation, code="7KQF-3M2P-9XTD")
    await scene.asks(invitation)  # the right code asks anew
    await scene.to_county()
    assert (await scene.join(invitation)).node == invitation.node


async def test_a_request_under_another_s_name_is_not_taken(scene: Scene) -> None:
    mine, other = scene.invite(), scene.invite("旧村")
    await scene.asks(mine)
    (name,) = scene.on_stick.asks()
    parcel = scene.on_stick.ask(name)
    renamed = JoinName.of(other.node, bytes(32))
    scene.on_stick.put_ask(renamed, parcel)
    report = await scene.to_hub()
    assert scene.kept.asks() == {JoinName.carried(unpack(parcel, JoinParcel))}
    assert list(report.refused) == [str(renamed)]
