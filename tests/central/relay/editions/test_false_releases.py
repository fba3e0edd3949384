"""A release that is altered, older or of another county changes nothing at hub or county."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from central.relay.stick.service import RelayStick
from protocol.codec import altered
from protocol.envelope.keys import Signer, new_signer
from protocol.exchange.messages import EditionNews
from protocol.ids import NodeId
from protocol.stick.names import FileKind, ItemName, pack_edition
from protocol.trust.edition import Kind, make_head, sign_head, whole
from runtime.cli.command import silent
from runtime.sticks.writer import StickWriter
from tests.builders.false_releases import CODES, flipped, pretending, with_a_bit_changed
from tests.central.nodes import County, NodeRelay
from tests.central.relay.test_relay import learn_roster


def entries(name: str) -> Mapping[str, bytes]:
    return {"pension": b'{"id":"pension","name":"%s"}' % name.encode(), "@about": b"{}"}


def news(place: County, version: int, name: str, signer: Signer | None = None) -> EditionNews:
    head = make_head(Kind.RELEASE, version, entries(name), 0)
    proof = sign_head(signer or place.scene.keys.signer, head)
    body = whole(entries(name))
    return EditionNews(kind=Kind.RELEASE, version=version, base=0, proof=proof, body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A node that takes releases, and who brings them by line."""

    relay: NodeRelay
    peer: NodeId

    async def store(self, item: EditionNews) -> list[str]:
        """Codes of what was refused."""
        store = self.relay.exchanges.store_for(self.peer)
        return [code for _, code in await store.store(b"exchange", 1, [item])]


@pytest.fixture(params=["county", "hub"])
async def node(place: County, request: pytest.FixtureRequest) -> AsyncIterator[Tier]:
    """A hub or a county that holds the second release."""
    async with place.relay(place.county) as county, place.relay(place.hub) as hub:
        place.village()
        await learn_roster(place, county, hub)
        found, peer = (county, hub) if request.param == "county" else (hub, county)
        node = Tier(relay=found, peer=peer.node)
        assert await node.store(news(place, 2, "second")) == []
        yield node
        for _ in range(2):
            assert found.editions.versions()[1] == 2
            assert found.editions.release is not None
            assert found.editions.release.entries == entries("second")
            await found.editions.load(found.identity.roster())  # from disk


async def by_stick(place: County, node: Tier, stick: Path, item: EditionNews) -> list[str]:
    """What a stick that the county packed is refused for."""
    data = pack_edition(item, item.body)
    signer, clock = place.scene.keys.signer, place.scene.clock
    writer = StickWriter(stick, node=place.scene.county, signer=signer, clock=clock)
    writer.open()
    writer.bag(None).put(ItemName(FileKind.EDITION, sha256(data).digest()), data)
    writer.close(covers=lambda _: True)
    return sorted(
        set((await RelayStick(node.relay.exchanges).take_in(stick, silent)).refused.values())
    )


async def test_no_bit_of_a_release_may_change(place: County, node: Tier) -> None:
    third = news(place, 3, "third")
    told = {(await node.store(one) or ["taken"])[0] for one in with_a_bit_changed(third, step=1)}
    assert {"peer.signature", "peer.digest", "peer.malformed"} <= told <= CODES


async def test_what_is_older_or_of_another_county_is_refused_by_line_and_by_stick(
    place: County, node: Tier, tmp_path: Path
) -> None:
    third, stranger = news(place, 3, "third"), new_signer(place.scene.randomness)
    false = [
        *((one, "peer.rollback") for one in pretending(news(place, 1, "first"), 2)),
        *((one, "peer.rollback") for one in pretending(news(place, 2, "second"), 2)),
        (news(place, 3, "third", stranger), "peer.signature"),
        (altered(third, proof=flipped(third.proof, 80)), "peer.signature"),
        (altered(third, body=news(place, 3, "second").body), "peer.digest"),
    ]
    for number, (one, code) in enumerate(false):
        assert await node.store(one) == [code], number
        assert await by_stick(place, node, tmp_path / str(number), one) == [code], number
    assert await by_stick(place, node, tmp_path / "old", news(place, 1, "first")) == []
