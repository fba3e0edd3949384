"""What followed is told again like an application: to who asks, and by a county set back."""

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.models import CounterRow
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Answer, Inquiry, Receipt, ReceiptState
from protocol.errors import InstanceBegunError
from protocol.exchange.messages import Hello
from protocol.exchange.session import VERSIONS
from protocol.records.followups import Letter, LetterKind, Rating, Supplement
from tests.central.county.centre import Centre

LETTER = Letter(kind=LetterKind.COMPLAINT, words="等了两个月")


async def test_who_asks_hears_of_it_again_and_of_the_answer(centre: Centre) -> None:
    village, own = await centre.village(), b"q" * 16
    wire = village.follow_up(LETTER, follow_up=own)
    await centre.bring(wire)
    await centre.county.followed.letters.answer(own.hex(), "已查明。")
    before = len([one for _, one in await centre.mail(village) if isinstance(one, Answer)])
    await centre.bring(village.seal(Inquiry(envelopes=(read_envelope(wire).id,))))
    again = (await centre.statements(village))[-1].lines[-1]
    assert (again.envelope, again.state) == (read_envelope(wire).id, ReceiptState.COMPLETE)
    answers = [one for _, one in await centre.mail(village) if isinstance(one, Answer)]
    assert len(answers) == before + 1
    assert answers[0] == answers[1]


async def test_a_county_set_back_tells_it_again(centre: Centre) -> None:
    village = await centre.village()
    scan = village.scan(b"a proof")
    whole, waits = village.submit(), village.follow_up(Supplement(), scan)
    rated = village.follow_up(Rating(level=4))
    await centre.bring(whole, waits, rated)
    marks = [one.mark for _, one in await centre.mail(village) if isinstance(one, Receipt)]
    await _set_back(centre)
    exchange_store = centre.relay.exchanges.store_for(centre.ground.nodes.hub.node)
    await exchange_store.greeting()
    shown = Hello(versions=VERSIONS, instance=b"hub-life", exchange=b"exchange", mark=marks[-1])
    with pytest.raises(InstanceBegunError):
        await exchange_store.meet(shown)
    again = (await centre.statements(village))[-1]
    assert {line.envelope: line.state for line in again.lines} == {
        read_envelope(whole).id: ReceiptState.COMPLETE,
        read_envelope(waits).id: ReceiptState.RECEIVED,
        read_envelope(rated).id: ReceiptState.COMPLETE,
    }


async def _set_back(centre: Centre) -> None:
    """As a copy of the folder in which no receipt was given out yet."""

    async def work(session: AsyncSession) -> None:
        receipts = CounterRow.name.startswith("receipt ")
        await session.execute(update(CounterRow).where(receipts).values(value=0))

    await centre.relay.store.transact(work)
