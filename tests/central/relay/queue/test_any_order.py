"""Receiving is idempotent and commutative: order and repetition change nothing."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from protocol.exchange.messages import EnvelopeItem
from tests.central.nodes import County

WAITING = 6
orders = st.lists(
    st.lists(st.integers(0, WAITING - 1), min_size=1, max_size=5), min_size=1, max_size=6
)


@given(batches=orders, rest=st.permutations(range(WAITING)))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=6,  # each makes an authority and a database
    phases=(Phase.generate,),
)
async def test_any_order_and_repetition_has_the_same_effect(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]], rest: list[int]
) -> None:
    place = County(tmp_path_factory.mktemp("county"))
    village = place.village()
    wires = [village.seal(b"%d" % number) for number in range(WAITING)]
    async with place.relay(place.county) as county:
        await county.publish(place.scene.authority.roster().edition)
        for number, batch in enumerate([*batches, rest], 1):
            exchange_store = county.exchanges.store_for(place.hub.node)
            await exchange_store.greeting()
            items = [EnvelopeItem(wire=wires[at]) for at in batch]
            assert not await exchange_store.store(b"exch%04d" % number, len(items), items)
            await exchange_store.parted(clean=True)
        assert sorted(envelope.wire for envelope in place.delivered.envelopes) == sorted(wires)
