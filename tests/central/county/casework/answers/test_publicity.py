"""A poster goes down with what its item allows, is told again, replaced, and forgotten."""

import json
from typing import Any

import pytest

from central.county.casework.answers.publicity import poster_of
from central.county.casework.calls import AskPublicity
from central.county.casework.erasure import Erasure
from central.county.retention.leftovers import UnopenedCopies
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import parse_item
from protocol.envelope.envelope import Lane, read_envelope
from protocol.envelope.payloads import Inquiry, Outcome
from protocol.envelope.publicity_payloads import Publicity
from protocol.errors import CaseUnknownError, UsageError
from protocol.errors.answers import CaseErasedError
from protocol.limits import MAX_NAME_CHARS, MAX_POSTER_DAYS
from protocol.records.publicity import PosterLine, WindowUnit
from tests.central.county.casework.answers.test_documents import one_case
from tests.central.county.centre import Centre
from tests.central.county.village import Village

ITEM: dict[str, Any] = {
    "id": "dibao",
    "name": "最低生活保障审核确认",
    "materials": [],
    "contact": "0771-0000121",
    "publicity": {
        "window": "7d",
        "fields": ["applicant_name", "applicant_id", "people", "empty"],
        "basis": "最低生活保障审核确认办法",
    },
    "schema": {
        "type": "object",
        "properties": {
            "applicant_name": {"type": "string", "title": "申请人姓名", "maxLength": 20},
            "applicant_id": {"type": "string", "title": "身份证号", "maxLength": 18},
            "phone": {"type": "string", "title": "联系电话", "maxLength": 20},
            "people": {"type": "integer", "title": "保障人数"},
            "empty": {"type": "string", "title": "没有填", "maxLength": 20},
        },
    },
}
FORM = {
    "applicant_name": "黄秀英",
    "applicant_id": "451423195001011230",
    "phone": "13800000000",
    "people": 3,
}


def read(raw: dict[str, Any]) -> Item:
    return parse_item(json.dumps(raw).encode())


async def sent(centre: Centre, village: Village) -> list[Publicity]:
    return [one for _, one in await centre.mail(village) if isinstance(one, Publicity)]


def test_a_poster_says_what_the_item_allows_and_hides_numbers() -> None:
    poster = poster_of(read(ITEM), FORM, 0)
    assert (poster.title, poster.days, poster.unit) == (ITEM["name"], 7, WindowUnit.DAYS)
    assert poster.lines == (
        PosterLine(label="申请人", text="黄秀英"),
        PosterLine(label="身份证号", text="4514**********1230"),
        PosterLine(label="保障人数", text="3"),
    )
    assert (poster.contact, poster.basis) == ("0771-0000121", "最低生活保障审核确认办法")
    assert "13800000000" not in str(poster)


def test_of_a_sensitive_item_it_names_neither_the_item_nor_the_person() -> None:
    item = read({**ITEM, "sensitive": {"name": "民政救助事项"}})
    poster = poster_of(item, FORM, 5)
    assert (poster.title, poster.days) == ("民政救助事项", 5)
    assert poster.lines == (PosterLine(label="申请人", text="黄**"),)


def test_who_does_not_say_for_how_long_is_refused() -> None:
    item = read({key: value for key, value in ITEM.items() if key != "publicity"})
    for days in (0, -1, MAX_POSTER_DAYS + 1):
        with pytest.raises(UsageError):
            poster_of(item, FORM, days)
    with pytest.raises(UsageError):
        poster_of(item, {}, 5)


async def test_it_reaches_its_village_and_stands_in_the_case(centre: Centre) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    ask, item_of = centre.county.casework.publicity.ask, centre.county.intake.item
    asked = await ask(AskPublicity(case=number, days=5), item_of)
    newer = await ask(AskPublicity(case=number, days=7), item_of)
    first, second = await sent(centre, village)
    assert (first.poster, second.poster) == (asked.poster, newer.poster)
    assert second.n > first.n
    assert (second.case, second.at_ms) == (number, centre.clock.now_ms())
    lanes = {one.lane for one, payload in await centre.mail(village) if payload == second}
    assert lanes == {Lane.RESULTS}
    (case,) = [one for one in await centre.cases() if one["case"] == number]
    assert (case["publicity"]["n"], case["publicity"]["poster"]["days"]) == (second.n, 7)
    assert case["state"] == "complete"  # it decides nothing
    with pytest.raises(CaseUnknownError):
        await ask(AskPublicity(case="451423-2026-XX000001", days=5), item_of)


async def test_who_asks_again_gets_the_newest_and_an_erased_case_none(centre: Centre) -> None:
    village = await centre.village()
    wire = village.submit()
    await centre.bring(wire)
    (case,) = [one for one in await centre.cases() if one["station"] == village.node]
    county, store, number = centre.county, centre.relay.store, case["case"]
    await county.casework.publicity.ask(AskPublicity(case=number, days=5), county.intake.item)
    await centre.bring(village.seal(Inquiry(envelopes=(read_envelope(wire).id,))))
    first, again = await sent(centre, village)
    assert again == first
    await county.flows.decide(number, outcome=Outcome.APPROVED, note="")
    beside = UnopenedCopies(
        store=store,
        review=county.review,
        intake=county.intake,
        follow_ups=county.followed.erasure,
        logs=county.flows.log,
    )
    erasure = Erasure(store=store, clock=centre.clock, note=lambda *_: None, beside=beside)
    assert await erasure.erase([number], "本人申请") == [number]
    (case,) = [one for one in await centre.cases() if one["case"] == number]
    assert case["publicity"]["poster"] is None
    with pytest.raises(CaseErasedError):
        await county.casework.publicity.ask(AskPublicity(case=number, days=5), county.intake.item)


def test_an_amount_at_the_end_of_a_long_text_does_not_stop_a_poster() -> None:
    raw = json.loads(json.dumps(ITEM))
    raw["publicity"]["fields"] = ["words"]
    raw["schema"]["properties"]["words"] = {"type": "string", "title": "说明", "maxLength": 200}
    form = FORM | {"words": "补" * (MAX_NAME_CHARS - 8) + "1234567.89"}
    texts = [one.text for one in poster_of(read(raw), form, 5).lines]
    assert texts == ["黄秀英", "补" * (MAX_NAME_CHARS - 8) + "*******."]
