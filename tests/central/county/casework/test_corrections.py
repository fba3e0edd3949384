"""A correction is a case of its own that names the one it answers."""

from protocol.envelope.payloads import Outcome
from protocol.json_values import to_json
from tests.central.county.centre import Centre


async def test_a_correction_names_the_case_that_was_returned(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    (first,) = await centre.cases()
    await centre.county.casework.decide(first["case"], outcome=Outcome.CORRECTION, note="缺页")
    draft = bytes.fromhex(first["application"])

    await centre.bring(village.submit(corrects=draft), village.submit(corrects=b"\1" * 16))

    told = {case["case"]: case["corrects"] for case in await centre.cases()}
    assert told.pop(first["case"]) is None
    assert set(told.values()) == {first["case"], "01" * 16}


async def test_a_case_names_the_village_and_who_applies(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    page = await centre.county.casework.page(after="", limit=9, item_of=centre.county.intake.item)
    (case,) = [to_json(view.shown()) for view in page]
    form = case["form"]
    assert case["name"] == centre.relay.editions.roster.nodes[village.node].name
    assert case["applicant"] == form["name"] != ""
    assert (case["item"], case["title"]) == ("pension", "养老保险参保登记")
