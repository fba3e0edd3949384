"""A county whose item is a township's in part, and the office of its only hub."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.offices.calls import OfficeAsked as KeyShown
from central.relay.store.models import SpoolRow
from protocol.casework.events.log import AnyBody, Event, kind_of
from protocol.casework.events.wire import event_bytes, read_events
from protocol.envelope.envelope import Header, Lane, read_envelope, seal_envelope
from protocol.envelope.keys import key_name
from protocol.envelope.office_code import office_code
from protocol.envelope.office_payloads import (
    OfficeAnswer,
    OfficeCase,
    OfficeEvents,
    OfficeRequest,
    OfficeTold,
)
from protocol.envelope.payloads import payload_bytes, read_payload
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber, new_opening_key
from protocol.exchange.messages import EnvelopeItem
from protocol.ids import NodeId
from runtime.actor import Actor
from runtime.node.identity import Identity
from tests.central.county.centre import Centre
from tests.central.county.village import Village

ITEM, OWN, ENTRUSTED = "low-income", "house-plot", "house-plan"
_OFFICE = {"tier": "township", "office": "社会事务办公室"}
_FORM = {"type": "object", "properties": {"name": {"type": "string"}}}


def _decided(code: str, name: str, department: str, **said: str) -> dict[str, object]:
    """An item that a township accepts and decides."""
    return {
        "id": code,
        "name": name,
        "department": department,
        "contact": "0771-8810000",
        "legal_basis": [{"law": "《土地管理法》", "clause": "第六十二条"}],
        "materials": [],
        "limits": {"legal": "20wd"},
        "flow": [
            {"id": "a", "kind": "acceptance", "name": "受理", **_OFFICE},
            {"id": "d", "kind": "decision", "name": "决定", **_OFFICE, **said},
        ],
        "schema": _FORM,
    }


CATALOGUE = json.dumps(
    {
        "title": "乡镇办理",
        "items": [
            {
                "id": ITEM,
                "name": "最低生活保障审核确认",
                "department": "县民政局",
                "materials": [{"id": "id-card", "name": "居民身份证"}],
                "limits": {"legal": "20wd"},
                "handling": {"by_default": True},
                "type": "01",
                "flow": [
                    {"id": "a", "kind": "acceptance", "name": "受理", **_OFFICE},
                    {"id": "r", "kind": "review", "name": "审核", **_OFFICE},
                    {"id": "d", "kind": "decision", "name": "确认"},
                ],
                "schema": _FORM,
            },
            _decided(OWN, "农村宅基地审批", "县农业农村局", in_name="township"),
            _decided(ENTRUSTED, "乡村建设规划许可", "县自然资源局"),
        ],
    },
    ensure_ascii=False,
).encode()


@dataclass(kw_only=True)
class Office:
    """Of the only hub: what it asks, hears and says."""

    centre: Centre
    keys: list[SoftwareOpeningKey] = field(default_factory=list)
    seq: int = 0
    run: bytes = b""

    @property
    def hub(self) -> Identity:
        return self.centre.ground.nodes.hub

    def request(self) -> OfficeRequest:
        chance = self.centre.ground.nodes.scene.randomness
        pair = [new_opening_key(suite, chance) for suite in SuiteNumber]
        self.keys += pair
        xwing, x25519 = (one.public_bytes() for one in pair)
        return OfficeRequest(xwing=xwing, x25519=x25519, name="农梅")

    async def bring(
        self, said: OfficeRequest | OfficeEvents, *, hub: Identity | None = None
    ) -> None:
        """The hub's own envelope comes to the county."""
        nodes, hub = self.centre.ground.nodes, hub or self.hub
        self.seq, self.run = self.seq + 1, self.run or nodes.scene.randomness.token(8)
        key = nodes.scene.keys.opening[SuiteNumber.XWING].public_bytes()
        header = Header(
            version=1,
            suite=int(SuiteNumber.XWING),
            origin=bytes.fromhex(hub.node),
            incarnation=self.run if hub is self.hub else nodes.scene.randomness.token(8),
            seq=self.seq if hub is self.hub else 1,
            to=bytes.fromhex(self.centre.relay.node),
            lane=int(Lane.APPLICATIONS),
            created=(0, None),
            key=key_name(key),
        )
        wire = seal_envelope(payload_bytes(said), header, key, hub.keys.signer).wire
        store = self.centre.relay.exchanges.store_for(self.hub.node)
        exchange = next(iter(self.centre.exchanges)).to_bytes(8, "big")
        refused = await store.store(exchange, 1, [EnvelopeItem(wire=wire)])
        assert not refused

    async def open(self) -> KeyShown:
        """Ask for a key, and have it approved."""
        request = self.request()
        await self.bring(request)
        code = office_code(NodeId(self.hub.node), request)
        actor = Actor.at_command_line("韦局")
        return await self.centre.county.offices.keys.approve(self.hub.node, code, actor)

    async def mail(self) -> list[OfficeTold]:
        """All that the county has sealed for the office, oldest first."""

        async def work(session: AsyncSession) -> Sequence[bytes | None]:
            query = select(SpoolRow.wire).where(SpoolRow.destination == self.hub.node)
            return (await session.scalars(query.order_by(SpoolRow.position))).all()

        found: list[OfficeTold] = []
        for wire in await self.centre.relay.store.transact(work):
            if wire is None:
                continue
            envelope = read_envelope(wire)
            for key in self.keys:
                if key_name(key.public_bytes()) == envelope.header.key:
                    told = read_payload(envelope.open(key))
                    assert isinstance(told, OfficeTold)
                    found.append(told)
        return found

    async def cases(self) -> list[OfficeCase]:
        return [one for one in await self.mail() if isinstance(one, OfficeCase)]

    async def answers(self) -> list[OfficeAnswer]:
        return [one for one in await self.mail() if isinstance(one, OfficeAnswer)]

    async def given(self, village: Village, item: str = ITEM, *, release: int = 2) -> OfficeCase:
        """One application comes, and its case is given to the office."""
        await self.centre.bring(village.submit(item=item, release=release))
        await self.centre.county.offices.look()
        return (await self.cases())[-1]

    async def says(
        self,
        given: OfficeCase,
        *bodies: AnyBody,
        first: int = 0,
        hub: Identity | None = None,
        later_ms: int = 0,
        by: str = "农梅",
        turn: int = 0,
    ) -> None:
        """The office has done these, one after the other, and the county looks."""
        before = read_events(given.events)[-1]
        first = first or before.n + 1
        events = [
            Event(n=first + n, at_ms=before.at_ms + n + later_ms, by=by, right="授权 1", body=body)
            for n, body in enumerate(bodies)
        ]
        said = OfficeEvents(
            station=given.station,
            application=given.application,
            turn=turn or given.turn,
            first=first,
            events=event_bytes(events),
        )
        await self.bring(said, hub=hub)
        await self.centre.county.offices.look()

    async def decides(
        self, given: OfficeCase, accepted: AnyBody, decided: AnyBody, later_ms: int = 0
    ) -> None:
        """One accepts, and another decides."""
        await self.says(given, accepted)
        n = given.turn + 2
        await self.says(given, decided, first=n, by="黄镇长", later_ms=later_ms)

    async def repeats(
        self, given: OfficeCase, events: Sequence[Event | bytes], **turn: int
    ) -> None:
        """It says these, whatever they are."""
        first = next(one.n for one in events if isinstance(one, Event)) if not turn else 0
        data = [one if isinstance(one, bytes) else event_bytes([one])[0] for one in events]
        await self.bring(
            OfficeEvents(
                station=given.station,
                application=given.application,
                turn=turn.get("turn", given.turn),
                first=turn.get("first", first or given.turn + 1),
                events=tuple(data),
            )
        )
        await self.centre.county.offices.look()

    async def kinds(self, given: OfficeCase) -> list[str]:
        life = await self.centre.county.flows.life(given.case)
        return [kind_of(one.body) for one in life.events]
