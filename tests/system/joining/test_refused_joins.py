"""Over real sockets: a kit joins once, and each refusal has its cause on both sides."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from central.county.app import open_county
from central.county.control.node import CountyNode
from central.county.keys.founding import found_county
from central.relay.exchange.endpoint import Endpoint
from central.server.config import ServerConfig
from examples.sandbox import free_port
from protocol.codec import pack
from protocol.envelope.keys import new_signer
from protocol.errors import (
    BusyError,
    CodeUsedError,
    CodeWrongError,
    KitForeignError,
    NodeStoppedError,
    YizhanError,
    from_code,
)
from protocol.exchange.refusal import refusal_bytes, refusal_of
from protocol.limits import MAX_CODE_TRIES
from protocol.trust.enrolment import JoinParcel, JoinVerdict, read_verdict
from protocol.trust.kit import make_ticket, read_kit
from protocol.trust.roster import Role
from provisioning.authority import FOLDER
from provisioning.enrolment.tables import Verdict
from provisioning.invitation import Invitation, NewNode
from provisioning.policy import FILE
from runtime.line.http import JOIN_PATH
from runtime.line.tls import client_context, server_context
from runtime.node.joining import Joining, anybody, post_parcel
from runtime.system import SystemClock, SystemRandomness
from tests.builders.chance import SeededRandomness
from tests.provisioning.scene import Machine, Scene, make_secrets

pytestmark = pytest.mark.system
WRONG, OTHER_URL = "7KQF-3M2P-9XTD", "https://10.3.0.7:8441"


@dataclass(kw_only=True)
class Door:
    """A county that takes requests to join at ``url``."""

    data: Path
    node: CountyNode
    url: str
    chance: SeededRandomness

    def invite(self, role: Role = Role.STATION, url: str = "") -> Invitation:
        newcomer = NewNode(role=role, code="451423103", name="水口", url=url)
        return self.node.authority.invitations.add_all([newcomer])[0]

    def machine(self, invitation: Invitation) -> Machine:
        return Machine(kit=read_kit(invitation.kit), secrets=make_secrets(self.chance))

    async def join(self, machine: Machine, code: str, *, url: str = "") -> bytes:
        request = msgspec.structs.replace(machine.request(), url=url)
        return await self.post(machine.parcel(code, request)[0])

    async def post(self, parcel: JoinParcel, *before: str) -> bytes:
        """The county's answer; raises as it refuses, in its signed words.

        Args:
            before: addresses that are tried before the county's.
        """
        verdict = await post_parcel(
            pack(parcel),
            [*map(anybody, before), anybody(self.url)],
            lambda data: read_verdict(self.node.authority.root_public, data, parcel),
            context=client_context((self.node.authority.ca_der,)),
            clock=SystemClock(),
            randomness=SystemRandomness(),
        )
        if verdict.code:
            raise from_code(verdict.code, verdict.detail)
        return verdict.answer

    def database(self, statement: str) -> None:
        with sqlite3.connect(self.data / FOLDER / "authority.db") as connection:
            connection.execute(statement)

    def by_hand(self) -> None:
        (self.data / FOLDER / FILE).write_text("[enrolment]\napproval = 'manual'")


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    data, url = tmp_path / "county", f"https://127.0.0.1:{free_port()}"
    found_county(
        data,
        code="451423",
        name="龙州县",
        url=url,
        database="",
        clock=SystemClock(),
        randomness=SystemRandomness(),
    )
    async with open_county(data, ServerConfig()) as node:
        identity = node.relay.identity
        endpoint = Endpoint(
            node.exchanges, node.admit, randomness=SystemRandomness(), max_exchanges=8
        )
        runner = web.AppRunner(endpoint.application(), access_log=None)
        await runner.setup()
        context = server_context((identity.ca,), identity.certificate_path, identity.key_path)
        port = int(url.rpartition(":")[2])
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
        yield Door(data=data, node=node, url=url, chance=SeededRandomness(9))
        await runner.cleanup()


@pytest.mark.parametrize("error", [CodeWrongError("请打电话给我"), NodeStoppedError(), BusyError()])
async def test_a_hub_s_own_word_ends_no_join(door: Door, error: YizhanError) -> None:
    """Its keys are those of a hub, and what it says is not the county's."""

    refusal = refusal_of(error, node="00" * 8, at_ms=1)
    body = refusal_bytes(new_signer(door.chance), refusal)
    async with answering(door, web.Response(status=403, body=body)) as url:
        invitation = door.invite()
        assert await door.post(door.machine(invitation).parcel(invitation.code)[0], url)


JUNK = {
    "nothing": b"",
    "page": "<html>请登录</html>".encode(),
    "bytes": bytes(range(256)) * 20,
    "another's": pack(JoinVerdict(about=bytes(32), sealed=bytes(32), node="0" * 16, answer=b"x")),
}


@pytest.mark.parametrize("body", JUNK.values(), ids=JUNK)
async def test_an_answer_that_is_not_the_county_s_is_passed_over(door: Door, body: bytes) -> None:
    invitation = door.invite()
    parcel = door.machine(invitation).parcel(invitation.code)[0]
    async with answering(door, web.Response(body=body)) as url:
        joining = Joining(clock=SystemClock(), randomness=SystemRandomness(), via=url)
        data = door.data.parent / "station"
        identity = await joining.join(invitation.kit, invitation.code, data, Role.STATION)
        assert identity.node == invitation.node
        door.url = f"https://127.0.0.1:{free_port()}"  # and where the county can't be reached
        with pytest.raises(KitForeignError, match=url):
            await door.post(parcel, url)


@asynccontextmanager
async def answering(door: Door, response: web.Response) -> AsyncIterator[str]:
    """The address of a hub of this county that has one answer to every request to join."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=response.status, body=response.body)

    app = web.Application()
    app.router.add_post(JOIN_PATH, answer)
    runner, port = web.AppRunner(app, access_log=None), free_port()
    await runner.setup()
    identity = door.node.relay.identity
    context = server_context((identity.ca,), identity.certificate_path, identity.key_path)
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
    yield f"https://127.0.0.1:{port}"
    await runner.cleanup()


async def test_of_copies_of_a_kit_at_the_very_same_moment_one_joins(door: Door) -> None:
    invitation = door.invite()
    machines = [door.machine(invitation) for _ in range(5)]
    ended = await asyncio.gather(
        *(door.join(machine, invitation.code) for machine in machines), return_exceptions=True
    )
    joined = [machine for machine, end in zip(machines, ended, strict=True) if type(end) is bytes]
    (winner,) = joined
    assert [type(end) for end in ended if type(end) is not bytes] == [CodeUsedError] * 4
    keys = door.node.authority.keys_of(invitation.node)
    assert keys == winner.secrets.node_keys().public()
    assert await door.join(winner, invitation.code)  # and it may ask again
    noted = [(one.actor, one.outcome) for one in door.node.authority.audit.newest(0, 20)]
    assert noted.count((invitation.node, "code.used")) == 4


async def wrong(door: Door) -> None:
    await door.join(door.machine(door.invite()), WRONG)


async def blocked(door: Door) -> None:
    invitation = door.invite()
    for _ in range(MAX_CODE_TRIES):
        with pytest.raises(YizhanError, match=r"code\.wrong"):
            await door.join(door.machine(invitation), WRONG)
    await door.join(door.machine(invitation), invitation.code)


async def used(door: Door) -> None:
    invitation = door.invite()
    await door.join(door.machine(invitation), invitation.code)
    await door.join(door.machine(invitation), invitation.code)


async def expired(door: Door) -> None:
    invitation = door.invite()
    door.database("UPDATE codes SET lived_ms = lived_ms - 31 * 86400000")
    await door.join(door.machine(invitation), invitation.code)


async def waits(door: Door) -> None:
    door.by_hand()
    invitation = door.invite()
    await door.join(door.machine(invitation), invitation.code)


async def rejected(door: Door) -> None:
    door.by_hand()
    invitation = door.invite()
    machine = door.machine(invitation)
    with pytest.raises(YizhanError, match=r"enrolment\.waiting"):
        await door.join(machine, invitation.code)
    door.node.authority.admissions.judge(invitation.node, Verdict.REJECTED)
    await door.join(machine, invitation.code)


async def without_address(door: Door) -> None:
    invitation = door.invite(Role.HUB)
    await door.join(door.machine(invitation), invitation.code)


async def with_another_address(door: Door) -> None:
    invitation = door.invite(Role.HUB, "https://hub.example.cn:1")
    await door.join(door.machine(invitation), invitation.code, url=OTHER_URL)


async def of_another_county(door: Door) -> None:
    scene = Scene(data=door.data.parent / "neighbour", seed=2)
    invitation = scene.add_station()
    parcel, _ = scene.machine(invitation).parcel(invitation.code)
    scene.authority.close()
    await door.post(parcel)


async def of_nobody(door: Door) -> None:
    machine = door.machine(door.invite())
    registrar = door.node.authority._register.registrar
    ticket = make_ticket(registrar.signed_delegation, registrar.signer, "0" * 16, bytes(8))
    machine.kit = msgspec.structs.replace(machine.kit, node="0" * 16, ticket=ticket)
    await door.join(machine, WRONG)


RECORD, LOG = "record", "log"


@pytest.mark.parametrize(
    ("attempt", "code", "where"),
    [
        (wrong, "code.wrong", RECORD),
        (blocked, "code.blocked", LOG),
        (used, "code.used", RECORD),
        (expired, "code.expired", RECORD),
        (waits, "enrolment.waiting", LOG),
        (rejected, "enrolment.rejected", RECORD),
        (without_address, "enrolment.address-missing", RECORD),
        (with_another_address, "enrolment.address-other", RECORD),
        (of_another_county, "kit.other-county", LOG),
        (of_nobody, "enrolment.node-unknown", LOG),
    ],
)
async def test_each_refusal_has_a_cause_and_a_next_step_on_both_sides(
    door: Door,
    caplog: pytest.LogCaptureFixture,
    attempt: Callable[[Door], Awaitable[None]],
    code: str,
    where: str,
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(YizhanError) as refusal:
        await attempt(door)
    words = str(refusal.value)  # as join prints it
    assert words.endswith(f"[{code}]")
    assert "请" in words
    logged = [vars(one) for one in caplog.records]
    refused = [one["code"] for one in logged if one.get("event") == "request.refused"]
    assert refused[-1] == code
    noted = [one.outcome for one in door.node.authority.audit.newest(0, 1)]
    assert (noted == [code]) == (where == RECORD)
