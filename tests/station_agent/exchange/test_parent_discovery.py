"""Where the hub is: asked of the county, seldom, and believed only under its root."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from protocol.codec import pack, unpack
from protocol.errors import (
    BusyError,
    LineError,
    NodeSuspendedError,
    ParentAbsentError,
    UnexpectedError,
)
from protocol.trust.edition import Edition, changes
from protocol.trust.enrolment import (
    Admission,
    AdmissionAnswer,
    JoinParcel,
    JoinVerdict,
    sign_verdict,
)
from protocol.trust.roster import RosterProof
from runtime.node.identity import Asked
from runtime.node.readmission import Readmission, read_readmission
from station_agent.app import Station
from station_agent.exchange.parent import Target
from station_agent.exchange.parent_discovery import ParentDiscovery
from tests.station_agent.county import HUB, STATION, County
from tests.station_agent.village import Village

MINUTE_S, HOUR_S = 60.0, 3600.0
ABSENT, SILENT = ParentAbsentError(HUB), LineError("nobody answers")
NEW_URL = "https://10.3.0.7:8441"


@dataclass
class Answering:
    """What answers at the county's address."""

    answers: list[bytes] = field(default_factory=list)
    asked: list[tuple[bytes, str]] = field(default_factory=list)


class DirectParentDiscovery(ParentDiscovery):
    """Asks in memory instead of over HTTPS."""

    there: Answering

    async def _post(self, asked: Asked) -> Readmission:
        self.there.asked.append((asked.parcel, asked.via))
        if not self.there.answers:
            raise LineError("the county can't be reached")
        answer = self.there.answers.pop(0)
        return read_readmission(self._identity, self._held.roster, asked.parcel, answer)


PARCEL = pack(JoinParcel(node=STATION, sealed=b"sealed request", ticket=b""))


def admission(county: County, roster: Edition) -> bytes:
    """The county's word on a repeated join request."""
    body = Admission(
        node=STATION,
        certificate=b"certificate",
        roster_proof=roster.proof,
        roster=changes({}, roster.entries),
    )
    answer = AdmissionAnswer(admission=pack(body), proof=b"made with a code that is gone")
    verdict = JoinVerdict(about=bytes(32), sealed=bytes(32), node=STATION, answer=pack(answer))
    proof = unpack(county.roster.proof, RosterProof)
    return sign_verdict(proof.delegation, county.registrar, verdict)


@pytest.fixture
def village(tmp_path: Path) -> Village:
    made = Village(tmp_path / "station")
    asked = Asked(parcel=PARCEL, via="https://10.3.0.1:1")
    (made.data / "node" / "join.bin").write_bytes(pack(asked))
    return made


@asynccontextmanager
async def asking(village: Village) -> AsyncIterator[tuple[Station, DirectParentDiscovery]]:
    async with village.open() as station:
        parent_discovery = DirectParentDiscovery(
            identity=station.identity,
            held=station.exchanges.parentage.held,
            arrival=station.exchanges.stores.arrival,
            clock=village.clock,
            randomness=village.randomness,
        )
        parent_discovery.there = Answering()
        yield station, parent_discovery


async def test_the_same_request_brings_the_address_of_a_hub_that_joined_later(
    village: Village,
) -> None:
    async with asking(village) as (station, parent_discovery):
        parent_discovery.there.answers = [
            admission(village.county, village.county.make_roster(2, hub=NEW_URL))
        ]
        assert await parent_discovery.look(ABSENT)
        assert station.exchanges.parentage.target() == Target(HUB, NEW_URL)
        assert parent_discovery.there.asked == [(PARCEL, "https://10.3.0.1:1")]
    async with village.open() as station:  # it is on disk
        assert station.exchanges.parentage.target() == Target(HUB, NEW_URL)


async def test_a_hub_without_an_address_is_asked_about_every_quarter_of_an_hour(
    village: Village,
) -> None:
    async with asking(village) as (_, parent_discovery):
        for _ in range(60):
            assert not await parent_discovery.look(ABSENT)
            await village.clock.advance(MINUTE_S)
        assert len(parent_discovery.there.asked) == 4


async def test_a_silent_hub_is_asked_about_after_an_hour_and_found_where_it_moved(
    village: Village,
) -> None:
    async with asking(village) as (station, parent_discovery):
        await village.clock.advance(HOUR_S / 2)
        parent_discovery.answered()
        await village.clock.advance(HOUR_S - 1)
        assert not await parent_discovery.look(SILENT)
        assert parent_discovery.there.asked == []
        parent_discovery.there.answers = [
            admission(village.county, village.county.make_roster(2, hub=NEW_URL))
        ]
        await village.clock.advance(1)
        assert await parent_discovery.look(SILENT)
        assert not await parent_discovery.look(SILENT)
        assert len(parent_discovery.there.asked) == 1
        assert station.exchanges.parentage.target() == Target(HUB, NEW_URL)


async def test_a_parent_that_answers_in_words_is_where_it_should_be(village: Village) -> None:
    async with asking(village) as (_, parent_discovery):
        await village.clock.advance(2 * HOUR_S)
        for answer in (BusyError("later"), NodeSuspendedError(STATION)):
            assert not await parent_discovery.look(answer)
        assert parent_discovery.there.asked == []


async def test_an_older_roster_and_one_of_another_root_change_nothing(village: Village) -> None:
    county = village.county
    async with asking(village) as (station, parent_discovery):
        parent_discovery.there.answers = [admission(county, county.make_roster(3, hub=NEW_URL))]
        assert await parent_discovery.look(ABSENT)
        forger = County(randomness=type(county.randomness)(99))
        for signer, roster in (
            (county, county.make_roster(2, hub="https://older:1")),
            (county, county.make_roster(3, hub="https://other:1")),
            (county, forger.make_roster(9, hub="https://forged:1")),
            (forger, county.make_roster(9, hub="https://carried-by-a-forger:1")),
            (forger, forger.make_roster(9, hub="https://forged:1")),
        ):
            parent_discovery.there.answers = [admission(signer, roster)]
            await village.clock.advance(HOUR_S)
            assert not await parent_discovery.look(ABSENT)
        parent_discovery.there.answers = [b"no answer at all"]
        await village.clock.advance(HOUR_S)
        assert not await parent_discovery.look(ABSENT)
        assert station.exchanges.parentage.target() == Target(HUB, NEW_URL)


async def test_a_station_of_an_older_program_has_nothing_to_ask_with(village: Village) -> None:
    (village.data / "node" / "join.bin").unlink()
    async with asking(village) as (_, parent_discovery):
        assert not await parent_discovery.look(ABSENT)
        assert parent_discovery.there.asked == []


async def test_an_answer_of_long_ago_is_none_so_the_next_who_passes_it_on_is_asked(
    village: Village,
) -> None:
    county = village.county
    async with asking(village) as (station, parent_discovery):
        parent_discovery.there.answers = [admission(county, county.make_roster(3, hub=NEW_URL))]
        assert await parent_discovery.look(ABSENT)
        held, identity = station.exchanges.parentage.held.roster, station.identity
        with pytest.raises(UnexpectedError):
            read_readmission(identity, held, PARCEL, admission(county, county.make_roster(2)))
        same = read_readmission(identity, held, PARCEL, admission(county, county.make_roster(3)))
        assert (same.news, same.certificate) == (None, b"certificate")
        newer = read_readmission(identity, held, PARCEL, admission(county, county.make_roster(4)))
        assert newer.news is not None
        assert newer.news.version == 4
