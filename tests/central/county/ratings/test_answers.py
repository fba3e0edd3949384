"""An answer to a bad rating that the village is to say goes to its desk, and names no rating."""

import pytest

from central.county.casework.erasure import Erasure
from central.county.flows.rated import ANSWER_DAYS, ANSWER_NAME
from central.county.ratings.opening import Done
from central.county.retention.leftovers import UnopenedCopies
from protocol.envelope.payloads import Document
from protocol.errors.answers import CaseErasedError
from tests.central.county.centre import Centre
from tests.central.county.ratings.scene import OTHER, rated
from tests.central.county.village import Village

WORDS = "窗口已经补发一次性告知单，今后一次说清。"


async def answer(centre: Centre, number: str, way: str) -> None:
    done = Done(kind="answered", detail=way, words=WORDS, by=OTHER, checked=True)
    await centre.county.ratings.callbacks.do(number, done)


async def told(centre: Centre, village: Village) -> list[Document]:
    return [one for _, one in await centre.mail(village) if isinstance(one, Document)]


async def test_the_village_is_sent_the_words_and_nothing_of_the_rating(centre: Centre) -> None:
    village = await centre.village()
    number = await rated(centre, village)
    await answer(centre, number, "village")
    (document,) = await told(centre, village)
    assert (document.case, document.name, document.note) == (number, ANSWER_NAME, WORDS)
    assert (document.days, document.attachments) == (ANSWER_DAYS, ())
    (case,) = [one for one in await centre.cases() if one["case"] == number]
    assert [one["name"] for one in case["documents"]] == [ANSWER_NAME]
    assert case["outcome"] == "approved"  # it decides nothing


@pytest.mark.parametrize("way", ["telephone", "visit", "letter"])
async def test_what_is_answered_otherwise_is_not_sent(centre: Centre, way: str) -> None:
    village = await centre.village()
    await answer(centre, await rated(centre, village), way)
    assert await told(centre, village) == []


async def test_what_cannot_be_sent_was_not_answered(centre: Centre) -> None:
    village = await centre.village()
    number = await rated(centre, village)
    county, store = centre.county, centre.relay.store
    beside = UnopenedCopies(
        store=store,
        review=county.review,
        intake=county.intake,
        follow_ups=county.followed.erasure,
        logs=county.flows.log,
    )
    erasure = Erasure(store=store, clock=centre.clock, note=lambda *_: None, beside=beside)
    await erasure.erase([number], "本人申请")
    with pytest.raises(CaseErasedError):
        await answer(centre, number, "village")
    shown = await centre.county.ratings.callbacks.show(number)
    assert (shown.answered, shown.steps) == (False, [])
