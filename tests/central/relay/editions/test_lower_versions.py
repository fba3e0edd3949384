"""A roster that is not newer changes nothing at hub or county, whichever way it comes."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import pytest

from central.hub.enrolment import JoinForwarder
from central.relay.stick.service import RelayStick
from protocol.codec import pack
from protocol.envelope.keys import new_signer
from protocol.errors import SignatureError
from protocol.exchange.messages import EditionNews
from protocol.trust.edition import Edition, Kind, whole
from protocol.trust.enrolment import (
    Admission,
    AdmissionAnswer,
    JoinParcel,
    JoinVerdict,
    sign_verdict,
)
from protocol.trust.roster import Roster
from runtime.cli.command import silent
from tests.central.nodes import County, NodeRelay
from tests.central.relay.test_relay import learn_roster


def news(edition: Edition) -> EditionNews:
    return EditionNews(
        kind=Kind.ROSTER,
        version=edition.version,
        base=0,
        proof=edition.proof,
        body=whole(edition.entries),
    )


@pytest.fixture
def older(place: County) -> Roster:
    """A version that the authority has signed, and left behind since."""
    roster = place.scene.authority.roster()
    place.village()
    return roster


@pytest.fixture
async def county(place: County, older: Roster) -> AsyncIterator[NodeRelay]:
    async with place.relay(place.county) as relay:
        place.village()
        await learn_roster(place, relay, relay)  # onto its disk
        yield relay


@pytest.fixture
async def hub(place: County, older: Roster, county: NodeRelay) -> AsyncIterator[NodeRelay]:
    async with place.relay(place.hub) as relay:
        place.village()
        await learn_roster(place, county, relay)
        yield relay


async def after_a_restart(relay: NodeRelay) -> int:
    await relay.editions.load(relay.identity.roster())
    return relay.editions.roster.version


async def test_by_an_exchange(county: NodeRelay, hub: NodeRelay, older: Roster) -> None:
    for relay, peer in ((hub, county), (county, hub)):
        held = relay.editions.roster.version
        assert held > older.version
        await relay.exchanges.store_for(peer.node).store(b"exchange", 1, [news(older.edition)])
        assert relay.editions.roster.version == await after_a_restart(relay) == held


async def test_by_the_countys_own_publishing(county: NodeRelay, older: Roster) -> None:
    held = county.editions.roster.version
    await county.publish(older.edition)
    assert county.editions.roster.version == await after_a_restart(county) == held


async def test_by_the_answer_to_a_join(place: County, hub: NodeRelay, older: Roster) -> None:
    """A hub reads rosters out of answers that it passes on; this one was kept back, or is a lie."""
    body = Admission(
        node="0" * 16,
        certificate=b"",
        roster_proof=older.edition.proof,
        roster=whole(older.edition.entries),
    )
    verdict = JoinVerdict(
        about=bytes(32),
        sealed=bytes(32),
        node=body.node,
        answer=pack(AdmissionAnswer(admission=pack(body), proof=b"p")),
    )
    registrar = place.scene.authority._register.registrar
    answer = sign_verdict(registrar.signed_delegation, registrar.signer, verdict)
    held = hub.editions.roster.version

    class Client:
        async def __aenter__(self) -> Self:
            return self

        async def __aexit__(self, *_: object) -> None:
            """Nothing is open."""

        async def join(self, _: bytes) -> bytes:
            return answers.pop()

    parcel = JoinParcel(node="0" * 16, sealed=b"s", ticket=b"")
    forwarder = JoinForwarder(hub, Client)  # type: ignore[arg-type]
    stranger = new_signer(place.scene.randomness)
    answers = [answer, sign_verdict(registrar.signed_delegation, stranger, verdict)]
    with pytest.raises(SignatureError):
        await forwarder.admit(parcel)
    assert await forwarder.admit(parcel) == answer
    assert hub.editions.roster.version == await after_a_restart(hub) == held


async def test_by_a_stick(
    place: County, county: NodeRelay, hub: NodeRelay, older: Roster, tmp_path: Path
) -> None:
    """The stick was packed before the last change, and is brought after it."""
    stick = tmp_path / "stick"
    stick.mkdir()
    place.village()
    await RelayStick(county.exchanges).export(stick, None, silent)  # with the roster of before
    await learn_roster(place, county, hub)
    for relay in (hub, county):
        held = relay.editions.roster.version
        await RelayStick(relay.exchanges).take_in(stick, silent)
        assert relay.editions.roster.version == await after_a_restart(relay) == held
        assert held == place.scene.authority.roster().version
