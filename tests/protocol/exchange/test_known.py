"""However much waits of one origin, what waits of another has its turn; little is known at once."""

from dataclasses import replace

from tests.builders.virtual_time import run
from tests.protocol.exchange.test_sender import Rig, make_exchange_store, wires


def test_an_origin_with_thousands_of_items_hides_nobody_elses() -> None:
    """Two of them even: each fills what is known of the lane, and behind both is one item."""

    async def story() -> list[bytes]:
        exchange_store = make_exchange_store()
        for origin in (b"big", b"other"):
            for n in range(2_000):
                wire = b"%s %d" % (origin, n)
                exchange_store.queue_envelope(wire, origin=origin.decode())
        exchange_store.queue_envelope(b"small", origin="small")
        rig, said = Rig(exchange_store), list[bytes]()
        await rig.meet()
        while fresh := wires(await rig.steps(1)):
            said += fresh
            await rig.ack(len(said))
        return said

    said = run(story())
    assert len(said) == len(set(said)) == 4_001, "each goes once"
    assert said.index(b"small") < 500
    for origin in (b"big", b"other"):
        own = [wire for wire in said if wire.startswith(origin)]
        assert own == sorted(own, key=lambda wire: int(wire.split()[1])), "each in its order"
    half = said[: said.index(b"other 500") + 1]
    assert 400 < sum(wire.startswith(b"big") for wire in half) < 700, "in turn"


def test_what_a_day_ago_came_fills_its_own_lane() -> None:
    """It goes as one lane higher; what is known of it is bounded all the same."""

    async def story() -> int:
        exchange_store = make_exchange_store()
        for n in range(1_000):
            exchange_store.queue_envelope(bytes(2_000) + b"%d" % n)
        for key, item in exchange_store.waits.items():
            exchange_store.waits[key] = replace(item, since_ms=1)
        rig = Rig(exchange_store)
        await rig.steps(8)
        return len(rig.sender._queue.lanes)

    assert run(story()) < 200
