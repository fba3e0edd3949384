"""The API of an open county centre, asked over HTTP without TLS."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from central.accounts.accounts import Accounts
from central.accounts.roles import RIGHTS, StaffRole
from central.accounts.tries import Tries
from central.county.api.answers import Answers
from central.county.api.calls import AddToken, TokenRight
from central.county.api.scope import Scope
from central.county.api.service import ApiService
from central.county.api.site import application
from central.county.api.tokens import TokenService
from central.county.casework.operations import CaseOperations
from central.county.flows.feed import Feed
from central.county.flows.operations import FlowOperations
from provisioning.audit.record import AuditRecord
from runtime.actor import Actor
from tests.central.county.centre import Centre

OWNER = Actor.at_command_line("管理员")
ALL = tuple(TokenRight)


@dataclass(kw_only=True)
class Api:
    """The API, and the tokens of a test."""

    centre: Centre
    tokens: TokenService
    client: TestClient[Any, Any]
    known: dict[str, str] = field(default_factory=dict)

    async def token(self, name: str, *rights: TokenRight, department: str = "") -> str:
        wanted = AddToken(name=name, rights=rights or ALL, department=department)
        self.known[name] = (await self.tokens.add(OWNER, wanted)).token
        return self.known[name]

    async def ask(
        self, method: str, path: str, *, by: str = "接口", key: str = "", json: Any = None
    ) -> tuple[int, Any]:
        """Status and JSON of an answer; by the token of this name, made when first needed."""
        if by and by not in self.known:
            await self.token(by)
        response = await self.raw(method, path, by=by, key=key, json=json)
        return response.status, await response.json()

    async def raw(
        self, method: str, path: str, *, by: str = "接口", key: str = "", json: Any = None
    ) -> ClientResponse:
        headers: dict[str, str] = {"Authorization": f"Bearer {self.known[by]}"} if by else {}
        if key:
            headers["Idempotency-Key"] = key
        return await self.client.request(method, path, headers=headers, json=json)

    @asynccontextmanager
    async def again(self) -> AsyncIterator["Api"]:
        """The same, after the program was started anew."""
        async with _served(self.centre) as api:
            api.known = self.known
            yield api

    async def get(self, path: str, **query: object) -> Any:
        status, found = await self.ask("GET", path + _query(query))
        assert status == 200, found
        return found


def _query(query: Mapping[str, object]) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""


@asynccontextmanager
async def api_of(centre: Centre) -> AsyncIterator[Api]:
    """The API of ``centre``, whose account 接口 may handle cases."""
    scene, store = centre.ground.nodes.scene, centre.relay.store
    accounts = Accounts(
        store,
        rights=RIGHTS,
        tries=Tries.of(centre.clock, centre.relay.identity.keys.signer),
        clock=centre.clock,
        randomness=scene.randomness,
    )
    await accounts.add("接口", StaffRole.HANDLER)
    async with _served(centre) as api:
        yield api


@asynccontextmanager
async def _served(centre: Centre) -> AsyncIterator[Api]:
    """Every object of it made anew, as a program makes them that starts."""
    scene, store = centre.ground.nodes.scene, centre.relay.store
    record, county = AuditRecord(scene.authority.audit), centre.county
    tokens = TokenService(store, clock=centre.clock, randomness=scene.randomness, record=record)
    service = ApiService(
        store=store,
        cases=CaseOperations(county.casework, county.case_room, record),
        flows=FlowOperations(county.flows, record),
        scope=Scope(flows=county.flows, departments=county.departments),
        feed=Feed(store=store),
        catalogue=county.catalogue,
        item_of=county.case_room.item_of,
        record=record,
    )
    answers = Answers(store=store, clock=centre.clock)
    app = application(service, tokens, answers, centre.clock)
    async with TestClient(TestServer(app)) as client:
        yield Api(centre=centre, tokens=tokens, client=client)
