"""What a county writes of offices: keys, cases that are given, what comes back, and taking back."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.log import By
from central.county.offices.models import APPROVED, OfficeKeyRow
from central.relay.store.models import SpoolRow
from protocol.casework.events import handling, opening
from protocol.casework.events.log import AnyBody, Event, kind_of
from protocol.casework.events.offices import OfficeReturned
from protocol.casework.events.wire import event_bytes, read_events
from protocol.envelope.envelope import Header, Lane, read_envelope, seal_envelope
from protocol.envelope.keys import key_name
from protocol.envelope.office_code import office_code
from protocol.envelope.office_payloads import OfficeCase, OfficeEvents, OfficeRequest
from protocol.envelope.payloads import payload_bytes, read_payload
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber, new_opening_key
from protocol.errors.offices import OfficeJudgedError
from protocol.exchange.messages import EnvelopeItem
from protocol.ids import NodeId
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role
from runtime.actor import Actor
from tests.builders.disks.mains import Mains
from tests.central.county.backup.place import OpenCounty, Place
from tests.central.county.offices.scene import CATALOGUE, ITEM
from tests.faults.action import Action
from tests.faults.actions.county import Centre, Pattern
from tests.provisioning.scene import Machine, make_secrets

HEAD, ADMIN = By(name="黄局"), Actor.at_command_line("韦局")
BEGUN = ["received", "office-given"]
DONE: tuple[AnyBody, ...] = (
    opening.Accepted(node="r"),
    handling.Passed(node="r", next="d"),
    OfficeReturned(),
)
WHOLE = [*BEGUN, "accepted", "passed", "office-returned"]


@dataclass
class Township(Centre):
    """A county with an item of a township's, one application, and a hub that asks for a key."""

    hub: Machine | None = None
    key: SoftwareOpeningKey | None = None
    request: bytes = b""  # its envelope
    asked: OfficeRequest | None = None
    said: list[bytes] = field(default_factory=list)  # what the office has sealed since

    @property
    def node(self) -> NodeId:
        assert self.hub is not None
        return self.hub.node

    def seal(self, county: OpenCounty, payload: OfficeRequest | OfficeEvents, seq: int) -> bytes:
        """By the hub, for the county."""
        assert self.hub is not None
        sealing = county.node.relay.identity.keys.opening[SuiteNumber.XWING].public_bytes()
        header = Header(
            version=1,
            suite=int(SuiteNumber.XWING),
            origin=bytes.fromhex(self.node),
            incarnation=b"office!!",
            seq=seq,
            to=bytes.fromhex(county.node.relay.node),
            lane=int(Lane.APPLICATIONS),
            created=(0, None),
            key=key_name(sealing),
        )
        signer = self.hub.secrets.node_keys().signer
        return seal_envelope(payload_bytes(payload), header, sealing, signer).wire

    async def comes(self, county: OpenCounty, *wires: bytes) -> None:
        for wire in wires:
            assert await county.offer([EnvelopeItem(wire=wire)]) == []

    async def approve(self, county: OpenCounty) -> None:
        assert self.asked is not None
        code = office_code(self.node, self.asked)
        await county.node.county.offices.keys.approve(self.node, code, ADMIN)

    async def cases(self, county: OpenCounty) -> list[OfficeCase]:
        """What was sealed for the office's key."""
        assert self.key is not None

        async def work(session: AsyncSession) -> list[bytes | None]:
            query = select(SpoolRow.wire).where(SpoolRow.destination == self.node)
            return list(await session.scalars(query.order_by(SpoolRow.position)))

        name, found = key_name(self.key.public_bytes()), list[OfficeCase]()
        for wire in await county.node.relay.store.transact(work):
            if wire and read_envelope(wire).header.key == name:
                told = read_payload(read_envelope(wire).open(self.key))
                found += [told] if isinstance(told, OfficeCase) else []
        return found

    async def kinds(self, county: OpenCounty) -> list[str]:
        (case,) = (await county.cases()).values()
        life = await county.node.county.flows.life(str(case["case"]))
        return [kind_of(one.body) for one in life.events]


async def _asking(place: Place) -> Centre:
    async with place.open() as county:
        await county.node.county.catalogue.publish(CATALOGUE)
        invitation = county.node.authority.add(
            role=Role.HUB,
            code="451423103000",
            name="水口镇",
            parent=None,
            url="https://127.0.0.1:8441",
        )
        hub = Machine(kit=read_kit(invitation.kit), secrets=make_secrets(county.randomness))
        parcel, _ = hub.parcel(invitation.code)
        await county.node.admit(parcel)
        village = await county.village()
        _, release = county.node.relay.editions.versions()
        pair = [new_opening_key(suite, county.randomness) for suite in SuiteNumber]
        xwing, x25519 = (one.public_bytes() for one in pair)
        asked = OfficeRequest(xwing=xwing, x25519=x25519, name="农梅")
        made = Township(
            place=place, village=village, scan=village.scan(b"x"), hub=hub, key=pair[0], asked=asked
        )
        made.request = made.seal(county, asked, 1)
        await made.comes(county, village.submit(item=ITEM, release=release))
        await county.node.county.offices.look()
    return made


async def _given(place: Place) -> Centre:
    made = await _asking(place)
    assert isinstance(made, Township)
    async with made.open() as county:
        await made.comes(county, made.request)
        await made.approve(county)
        await county.node.county.offices.look()
        (given,) = await made.cases(county)
        before = read_events(given.events)[-1]
        events = [
            Event(n=before.n + n, at_ms=before.at_ms + n, by="农梅", body=body)
            for n, body in enumerate(DONE, 1)
        ]
        for upto in (1, len(events)):  # a late one, and all of it
            told = OfficeEvents(
                station=given.station,
                application=given.application,
                turn=given.turn,
                first=3,
                events=event_bytes(events[:upto]),
            )
            made.said.append(made.seal(county, told, 1 + upto))
    return made


_ASKING, _GIVEN = Pattern(_asking), Pattern(_given)


async def _copied(pattern: Pattern, root: Path) -> Township:
    made = await pattern.copy_to(root)
    assert isinstance(made, Township)
    return replace(made, said=list(made.said))


async def asking(root: Path) -> Township:
    """A case waits for an office that has no key yet."""
    return await _copied(_ASKING, root)


async def given(root: Path) -> Township:
    """The office has it, and has done its part."""
    return await _copied(_GIVEN, root)


async def give(made: Township, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await made.comes(county, made.request)
            await made.approve(county)
            await county.node.county.offices.look()


async def it_is_given_once(made: Township, told: bool) -> None:
    async with made.open() as county:
        assert len(await made.cases(county)) == 1 or not told
        await made.comes(county, made.request)
        with suppress(OfficeJudgedError):  # it was approved before the power went
            await made.approve(county)
        for _ in range(2):
            await county.node.county.offices.look()
        (case,) = await made.cases(county)
        assert (case.turn, await made.kinds(county)) == (2, BEGUN)


async def take(made: Township, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await made.comes(county, *made.said)
            await county.node.county.offices.look()


async def each_step_is_written_once(made: Township, told: bool) -> None:
    async with made.open() as county:
        before = await made.kinds(county)
        assert before == WHOLE[: len(before)]
        assert before == WHOLE or not told
        await made.comes(county, *made.said)
        for _ in range(2):
            await county.node.county.offices.look()
        assert await made.kinds(county) == WHOLE


async def take_back(made: Township, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await _take_back(made, county)


async def _take_back(made: Township, county: OpenCounty) -> None:
    offices = county.node.county.offices
    await offices.reclaim(made.node, "电脑损坏", HEAD, retire=True, again=True)


async def nothing_is_sealed_for_the_lost_key(made: Township, told: bool) -> None:
    async with made.open() as county:
        if await made.kinds(county) == BEGUN:
            assert not told
            await _take_back(made, county)
        await county.node.county.offices.look()
        kinds = await made.kinds(county)
        assert kinds[:3] == [*BEGUN, "office-reclaimed"]
        assert kinds.count("office-reclaimed") == 1
        assert len(await made.cases(county)) == 1
        query = select(OfficeKeyRow).where(OfficeKeyRow.state == APPROVED)

        async def work(session: AsyncSession) -> list[OfficeKeyRow]:
            return list(await session.scalars(query))

        assert await county.node.relay.store.transact(work) == []
        with pytest.raises(OfficeJudgedError):
            await made.approve(county)


ACTIONS = [
    Action("county: give a case to an office", asking, give, it_is_given_once),
    Action("county: what an office did", given, take, each_step_is_written_once),
    Action("county: take cases back", given, take_back, nothing_is_sealed_for_the_lost_key),
]
