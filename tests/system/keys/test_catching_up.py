"""A station that was away meets a county with other keys; an impostor can do nothing.

Real TLS on loopback, the real programs of station and county on both ends of it.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from central.hub.app import open_hub
from central.server.config import ServerConfig
from protocol.codec import altered
from protocol.envelope.keys import new_signer
from protocol.errors import (
    LineError,
    NodeReplacedError,
    NodeRetiredError,
    NodeStoppedError,
    NodeSuspendedError,
    ParentStrangeError,
    YizhanError,
)
from protocol.exchange.messages import EditionNews
from protocol.trust.edition import Edition, Kind, changes
from protocol.trust.roster import State
from protocol.trust.time_statement import sign_time
from provisioning.founding import County, found, read_founded
from runtime.line.catching_up import ask_for_roster
from runtime.line.tls import open_context, server_context
from runtime.system import SystemClock, SystemRandomness
from station_agent.app import Station
from tests.builders.clerk import status_of
from tests.builders.clock import START_MS
from tests.builders.patience import until
from tests.system.joining.strangers import (
    Impostor,
    TlsKeys,
    another_authority,
    answering,
    county_application,
    free_url,
    rekey_county,
)
from tests.system.keys.renewing import Place, join_hub
from tests.system.keys.test_renewal import submit


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A station that holds the catalogue."""
    async with Place.open(tmp_path, free_url()) as place:
        async with place.station() as station:
            await place.exchange(station)
        yield place


def url_of(place: Place) -> str:
    return place.county.relay.identity.county.url


def own_context(place: Place) -> ssl.SSLContext:
    identity = place.county.relay.identity
    return server_context((identity.ca,), identity.certificate_path, identity.key_path)


def new_keys(place: Place, folder: Path) -> TlsKeys:
    node = place.county.relay.node
    return TlsKeys(
        authority=another_authority(node), node=node, url=url_of(place), folder=folder / "tls"
    )


async def states(station: Station) -> list[str]:
    shown = (await status_of(station))["applications"]
    return [one["state"] for one in shown]


async def test_a_station_away_while_its_parent_got_other_keys_is_not_stranded(
    place: Place, tmp_path: Path
) -> None:
    async with place.station() as station:
        await submit(station, 1)
    keys = new_keys(place, tmp_path)
    old_ca = place.county.relay.identity.ca
    await rekey_county(place, keys)
    async with (
        answering(
            url_of(place),
            county_application(place),
            keys.context(keys.authority.certificate, old_ca),
        ),
        place.station() as station,
    ):
        held = station.exchanges.parentage.held
        before = held.roster.version
        await station.exchanges.service.now()
        assert held.roster.version == place.county.authority.roster().version > before
        await place.county.county.rosters.idle()
        await station.exchanges.service.now()
        assert await states(station) == ["complete"]
        assert held.roster.authorities(old_ca) == (keys.authority.certificate, old_ca)
        await station.exchanges.service.close()


async def test_from_then_on_the_key_that_was_replaced_counts_no_more(
    place: Place, tmp_path: Path
) -> None:
    keys = new_keys(place, tmp_path)
    old_ca = place.county.relay.identity.ca
    await rekey_county(place, keys)
    async with place.station() as station:
        context = keys.context(keys.authority.certificate, old_ca)
        async with answering(url_of(place), county_application(place), context):
            await station.exchanges.service.now()
        await submit(station, 1)
        impostor = Impostor()  # whoever has stolen the old key: its certificate is a good one
        async with answering(url_of(place), impostor.application(), own_context(place)):
            with pytest.raises(ParentStrangeError):
                await station.exchanges.service.now()
        assert impostor.exchanges == 0
        assert len(impostor.questions) == 1
        assert await states(station) == ["saved"]


def foreign_roster(tmp_path: Path, place: Place) -> Edition:
    """The newest roster of another authority, with the same nodes in it."""
    identity = place.county.relay.identity
    county = County(
        node=identity.node,
        code="451423",
        name="别县",
        url=url_of(place),
        keys=identity.keys.public(),
        tls_request=TlsKeys(
            authority=another_authority(identity.node),
            node=identity.node,
            url=url_of(place),
            folder=tmp_path / "foreign-tls",
        ).request,
    )
    found(tmp_path / "foreign", county, clock=SystemClock(), randomness=SystemRandomness())
    founded = read_founded(tmp_path / "foreign")
    founded.store.close()
    return founded.registrar.again(founded.roster, 500, 1).edition


async def test_an_impostor_gets_nothing_and_can_do_nothing(place: Place, tmp_path: Path) -> None:
    keys, real = new_keys(place, tmp_path), place.county.authority.roster().edition
    foreign = foreign_roster(tmp_path, place)
    news = [
        None,
        _whole(foreign, foreign.proof),
        _whole(foreign, real.proof),  # of this county's, but not these entries
        _whole(real, real.proof),  # not newer than the one held
        EditionNews(
            kind=Kind.RELEASE, version=9, base=0, proof=real.proof, body=b"not a roster at all"
        ),
    ]
    impostor = Impostor(news=news)
    context = keys.context(keys.authority.certificate, place.county.relay.identity.ca)
    async with (
        answering(url_of(place), impostor.application(), context),
        place.station() as station,
    ):
        await submit(station, 1)
        held = station.exchanges.parentage.held.roster
        for _ in news:
            with pytest.raises(ParentStrangeError):
                await station.exchanges.service.now()
        assert impostor.exchanges == 0
        assert len(impostor.questions) == len(news)
        assert {question.held for question in impostor.questions} <= {held.version, 0}
        assert station.exchanges.parentage.held.roster is held
        assert await states(station) == ["saved"]
        status = await status_of(station)
        assert (status["standing"], status["release"]) == (None, 1)


def _whole(edition: Edition, proof: bytes) -> EditionNews:
    return EditionNews(
        kind=Kind.ROSTER, version=600, base=0, proof=proof, body=changes({}, edition.entries)
    )


@pytest.mark.parametrize(
    "error", [NodeStoppedError, NodeReplacedError, NodeSuspendedError, NodeRetiredError]
)
async def test_the_parent_s_own_word_closes_no_station(
    place: Place, error: type[YizhanError]
) -> None:
    """A hostile hub with the right keys refuses as if the county had withdrawn the station."""
    signer = place.county.relay.identity.keys.signer
    impostor = Impostor(refusal=(error("5a"), signer))
    async with (
        answering(url_of(place), impostor.application(), own_context(place)),
        place.station() as station,
    ):
        await submit(station, 1)
        with pytest.raises(error):
            await station.exchanges.service.now()
        assert len(impostor.questions) == 1  # it asked for the county's word, and got none
        await submit(station, 2)
        assert (await status_of(station))["standing"] is None
        await station.exchanges.service.close()
    async with place.station() as station:  # the PC was switched off and on
        assert (await status_of(station))["standing"] is None
        await submit(station, 3)
        async with answering(url_of(place), county_application(place), own_context(place)):
            await station.exchanges.service.now()
            await station.exchanges.service.now()
        assert await states(station) == ["complete"] * 3


async def test_the_county_s_own_word_closes_it_at_the_first_call(place: Place) -> None:
    async with (
        answering(url_of(place), county_application(place), own_context(place)),
        place.station() as station,
    ):
        await submit(station, 1)
        place.county.authority.change(
            place.node, lambda roster: altered(roster.nodes[place.node], state=State.STOPPED)
        )
        await place.county.publish_roster()
        with pytest.raises(NodeStoppedError):
            await station.exchanges.service.now()
        with pytest.raises(NodeStoppedError):
            await submit(station, 2)
        assert await states(station) == ["saved"]
        await station.exchanges.service.close()
    async with place.station() as station:
        with pytest.raises(NodeStoppedError):
            await submit(station, 3)


async def asked(station: Station, url: str, *, own: bool) -> int:
    """The version of the roster that whoever asks with the station's certificate, or none, gets."""
    identity = station.identity
    files = (identity.certificate_path, identity.key_path) if own else ()
    news, _ = await ask_for_roster(url, 1, context=open_context(*files), clock=SystemClock())
    return news.version if news else 0


async def test_somebody_without_a_key_of_the_county_gets_no_roster(
    place: Place, tmp_path: Path
) -> None:
    async with (
        answering(url_of(place), county_application(place), own_context(place)),
        place.station() as station,
    ):
        newer = place.county.authority.move_ahead(3)
        await place.county.publish_roster()
        assert await asked(station, url_of(place), own=True) == newer.version
        with pytest.raises(LineError, match="403"):
            await asked(station, url_of(place), own=False)


async def test_the_county_s_time_is_taken_from_anybody_and_no_other(
    place: Place, tmp_path: Path
) -> None:
    county = place.county.relay
    instance, keys = await county.instance(), new_keys(place, tmp_path)
    real, forged = (
        sign_time(signer, instance=instance, n=n, at_ms=START_MS + n)
        for signer, n in (
            (county.identity.keys.signer, 1000),
            (new_signer(SystemRandomness()), 2000),
        )
    )
    context = keys.context(keys.authority.certificate, county.identity.ca)
    async with place.station() as station:
        trusted = station.exchanges.stores.timekeeping.trusted
        before = trusted.n
        for time, n in ((forged, before), (real, 1000), (forged, 1000), (b"", 1000)):
            impostor = Impostor(time=time)
            async with answering(url_of(place), impostor.application(), context):
                with pytest.raises(ParentStrangeError):
                    await station.exchanges.service.now()
            assert (len(impostor.questions), trusted.n) == (1, n)
    async with place.station() as station:
        assert station.exchanges.stores.timekeeping.trusted.n == 1000


async def test_a_hub_that_was_away_catches_up_too_and_an_impostor_gets_nothing(
    place: Place, tmp_path: Path
) -> None:
    node, old_ca = await join_hub(place), place.county.relay.identity.ca
    keys = new_keys(place, tmp_path)
    context = keys.context(keys.authority.certificate, old_ca)
    async with open_hub(place.folder / "hub", ServerConfig()) as hub:
        roster = hub.relay.editions
        impostor, held = Impostor(), roster.roster.version
        async with (
            answering(url_of(place), impostor.application(), context),
            hub.upstream.client() as client,
        ):
            await hub.upstream._once(client)
        assert (impostor.exchanges, len(impostor.questions)) == (0, 1)
        assert (roster.roster.version, hub.upstream.line.code) == (held, ParentStrangeError.code)

        await rekey_county(place, keys)
        running = asyncio.create_task(hub.upstream.run())
        async with answering(url_of(place), county_application(place), context):
            await until(lambda: hub.upstream.line.is_open)
            hub.upstream.stop()
            await running
        assert roster.roster.version == place.county.authority.roster().version
        assert node in roster.roster.nodes
