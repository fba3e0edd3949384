"""A correction is a case of its own that names the one it answers."""

from functools import partial
from pathlib import Path

import pytest

from central.county.casework.fields import read_faults_file
from protocol.envelope.payloads import Outcome
from protocol.errors import UsageError
from protocol.json_values import to_json
from protocol.records.corrections import FieldFault
from tests.central.county.centre import Centre


async def test_a_correction_names_the_case_that_was_returned(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    (first,) = await centre.cases()
    await centre.county.flows.decide(first["case"], outcome=Outcome.CORRECTION, note="缺页")
    draft = bytes.fromhex(first["application"])

    await centre.bring(village.submit(corrects=draft), village.submit(corrects=b"\1" * 16))

    told = {case["case"]: case["corrects"] for case in await centre.cases()}
    assert told.pop(first["case"]) is None
    assert set(told.values()) == {first["case"], "01" * 16}


UNTIL = "2027-01-31"


async def test_a_correction_says_what_is_wrong_in_which_field_and_page(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    (case,) = await centre.cases()
    faults = (
        FieldFault(field="household.0.name", words="与户口簿不一致"),
        FieldFault(material="id-card", page=2, words="反面不清楚"),
    )
    decide = centre.county.flows.decide
    with pytest.raises(UsageError):
        await decide(case["case"], outcome=Outcome.APPROVED, note="", faults=faults)
    with pytest.raises(UsageError):
        await decide(case["case"], outcome=Outcome.CORRECTION, note="", faults=faults[:1] * 65)
    for outcome, day in ((Outcome.REFUSED, UNTIL), (Outcome.CORRECTION, "31.1.2027")):
        with pytest.raises(UsageError):
            await decide(case["case"], outcome=outcome, note="", until=day)
    await decide(
        case["case"], outcome=Outcome.CORRECTION, note="请改正", faults=faults, until=UNTIL
    )

    (case,) = await centre.cases()
    assert case["until"] == UNTIL
    assert list(case["faults"]) == [
        {"words": "与户口簿不一致", "field": "household.0.name"},
        {"words": "反面不清楚", "material": "id-card", "page": 2},
    ]
    ((_, told),) = await centre.decisions(village)
    assert (told.faults, told.until) == (faults, UNTIL)
    key = (village.node, told.application)
    await centre.relay.store.transact(partial(centre.county.casework.tell_anew, keys=[key]))
    again = [(one.faults, one.until) for _, one in await centre.decisions(village)]
    assert again == [(faults, UNTIL)] * 2


@pytest.mark.parametrize(
    "text",
    ["[", "{}", "[]", '[{"words": "x"}]', '[{"field": "a"}]', '[{"where": "a", "words": "x"}]'],
)
def test_a_file_of_fields_that_is_none_is_wrong_usage(tmp_path: Path, text: str) -> None:
    path = tmp_path / "fields.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError):
        read_faults_file(path)
    path.write_text('[{"field": "name", "words": "x"}]', "utf-8")
    assert read_faults_file(path) == (FieldFault(field="name", words="x"),)


async def test_a_case_names_the_village_and_who_applies(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    page = await centre.county.casework.page(after="", limit=9, item_of=centre.county.intake.item)
    (case,) = [to_json(view.shown()) for view in page]
    form = case["form"]
    assert case["name"] == centre.relay.editions.roster.nodes[village.node].name
    assert case["applicant"] == form["name"] != ""
    assert (case["item"], case["title"]) == ("pension", "养老保险参保登记")
