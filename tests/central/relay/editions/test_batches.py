"""Editions in one batch with what follows them, which is judged by them."""

from central.relay.queue.batches import note_nothing
from protocol.exchange.messages import EditionNews, EnvelopeItem, Item
from protocol.trust.edition import Kind, changes
from protocol.trust.roster import Roster
from tests.central.nodes import County, NodeRelay


def news(newer: Roster, held: Roster) -> EditionNews:
    """The changes from one roster to a later one."""
    edition = newer.edition
    return EditionNews(
        kind=Kind.ROSTER,
        version=edition.version,
        base=held.version,
        proof=edition.proof,
        body=changes(held.edition.entries, edition.entries),
    )


async def test_two_rosters_and_what_the_second_allows_come_in_one_batch(
    place: County, county: NodeRelay
) -> None:
    """A county publishes while it talks: its child gets the changes of each in turn."""
    held = county.editions.roster
    rosters, villages = [held], []
    for _ in range(2):
        villages.append(place.village())
        rosters.append(place.scene.authority.roster())
    assert rosters[0].version < rosters[1].version < rosters[2].version
    items: list[Item] = [
        EnvelopeItem(wire=b"junk"),
        news(rosters[1], rosters[0]),
        EnvelopeItem(wire=b"junk"),
        news(rosters[2], rosters[1]),
        EnvelopeItem(wire=villages[1].seal(b"of a station that the second roster names")),
        EnvelopeItem(wire=b"junk"),
    ]
    batch_receiver, noted = county.exchanges.batch_receiver, []

    async def note(session: object) -> None:
        noted.append(len(place.delivered.envelopes))

    refused = await batch_receiver.take(
        items, sort=lambda some: batch_receiver.sort(some, {}), note=note, peer=None
    )

    assert refused == [(at, "peer.malformed") for at in (0, 2, 5)]
    assert county.editions.roster.version == rosters[2].version
    assert county.editions.trusted()[0] == rosters[2].version  # not asked for as a whole
    assert [one.origin for one in place.delivered.envelopes] == [villages[1].node]
    assert noted == [1]  # once, and not before all of it is stored


async def test_a_batch_of_nothing_is_noted(county: NodeRelay) -> None:
    batch_receiver, noted = county.exchanges.batch_receiver, []

    async def note(session: object) -> None:
        noted.append(session)

    await batch_receiver.take(
        [], sort=lambda some: batch_receiver.sort(some, {}), note=note, peer=None
    )
    await batch_receiver.take(
        [EnvelopeItem(wire=b"junk")],
        sort=lambda some: batch_receiver.sort(some, {}),
        note=note_nothing,
        peer=None,
    )
    assert len(noted) == 1
