"""A desk over a station in memory, and a browser without manners in front of it."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientResponse, ClientSession, FormData

from runtime.sticks.places import Place
from runtime.system import SystemRandomness
from station_agent.app import Station
from station_agent.desk.intake.left import LeftForms
from station_agent.desk.keys import Desk
from station_agent.desk.opening import open_desk
from station_agent.desk_port import keep_port
from station_agent.exchange.operations import ExchangeOperations
from station_agent.intake.operations import IntakeOperations
from station_agent.stick.operations import StickOperations
from tests.station_agent.village import Village

FANG, WORD = "韦小芳", "山歌好比春江水啊"


@dataclass
class Visitor:
    """Sends what it is told, and keeps the cookies that it gets."""

    url: str
    session: ClientSession
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return self._kept(
            await self.session.get(
                f"{self.url}{path}", headers=self._with(headers), allow_redirects=False
            )
        )

    async def post(
        self, path: str, form: Mapping[str, str] | FormData, **headers: str
    ) -> ClientResponse:
        return self._kept(
            await self.session.post(
                f"{self.url}{path}", data=form, headers=self._with(headers), allow_redirects=False
            )
        )

    async def token(self, path: str) -> str:
        """The token of the form on a page."""
        text = await (await self.get(path)).text()
        found = re.search('name="token" value="([0-9a-f]+)"', text)
        assert found, text
        return found[1]

    async def logs_in(self, name: str = FANG, word: str = WORD) -> ClientResponse:
        form = {"token": await self.token("/login"), "name": name, "password": word}
        return await self.post("/login", {**form, "back": "/"})

    def _kept(self, response: ClientResponse) -> ClientResponse:
        self.cookies |= {name: one.value for name, one in response.cookies.items()}
        return response

    def _with(self, headers: Mapping[str, str]) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Cookie": cookie, **named}


def desk_of(village: Village, station: Station, sticks: Sequence[Place] = ()) -> Desk:
    """What the pages of ``station`` need."""
    return Desk(
        door=station.door,
        clerks=station.clerks,
        forgotten=station.forgotten,
        status=station.status,
        situation=station.situation,
        exchange=ExchangeOperations(database=station.database, exchange=station.exchanges.service),
        stick=StickOperations(station.stick),
        sticks=lambda: sticks,
        results=station.results,
        applying=IntakeOperations(
            database=station.database,
            intake=station.taking.service,
            questions=station.taking.questions,
        ),
        intake=station.taking.service,
        slips=station.serving().slips,
        verifier=station.serving().verifier,
        randomness=village.randomness,
        drafts=station.drafts,
        queueing=station.queueing,
        batches=station.gathering,
        papers=station.keeping,
        follow_ups=station.follow_ups,
        answers=station.answers,
        originals=station.serving().originals,
        ratings=station.ratings,
        filings=station.serving().filings,
        publicity=station.serving().publicity,
        circulars=station.serving().circulars,
        left=LeftForms(station.clerks.vault),
    )


@asynccontextmanager
async def open_visitor(
    village: Village, station: Station, sticks: Sequence[Place] = ()
) -> AsyncIterator[Visitor]:
    """The desk of ``station``, and somebody who is not logged in."""
    desk = desk_of(village, station, sticks)
    async with AsyncExitStack() as stack:
        url = await open_desk(
            stack,
            desk,
            unlocking=station.unlocking,
            identity=station.identity,
            port=keep_port(village.data, SystemRandomness()),
            idle_s=600,
            command="yizhan-station desk DATA",
            clock=village.clock,
            randomness=village.randomness,
        )
        station.door.opened(url)
        session = await stack.enter_async_context(ClientSession())
        yield Visitor(url=url, session=session)
