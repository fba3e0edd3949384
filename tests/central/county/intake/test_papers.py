"""The county checks the papers of an application as the station does: groups, conditions, rows."""

import json
from typing import Any

import pytest

from central.county.intake.models import QuarantineRow
from tests.central.county.centre import Centre
from tests.central.county.village import Village

MEMBERS = {
    "type": "array",
    "maxItems": 5,
    "items": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 9}}},
}
ALLOWANCE: dict[str, Any] = {
    "id": "allowance",
    "name": "生活补贴",
    "materials": [
        {
            "group": "payment",
            "name": "收款账户",
            "attach": "required",
            "one_of": [
                {"id": "social-card", "use": "social-card"},
                {"id": "bank-card", "use": "bank-card"},
            ],
        },
        {
            "id": "loss",
            "name": "遗失声明",
            "attach": "required",
            "when": {"properties": {"lost": {"const": True}}},
            "later": {"limit": "5wd", "promise": "补交。"},
        },
        {"id": "cards", "name": "家人身份证", "attach": "required", "each": "members"},
    ],
    "schema": {
        "type": "object",
        "properties": {"lost": {"type": "boolean"}, "members": MEMBERS},
    },
}
CATALOGUE = json.dumps(
    {
        "materials": {"social-card": {"name": "社会保障卡"}, "bank-card": {"name": "银行卡"}},
        "items": [ALLOWANCE],
    }
).encode()
GROUP = "收款账户（任选其一：社会保障卡 social-card、银行卡 bank-card）"
TWO = {"members": [{"name": "样一"}, {"name": "样二"}]}

TAKEN: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["bank-card"]),
    ({}, ["social-card", "bank-card"]),
    ({"lost": True}, ["bank-card", "loss"]),
    ({"lost": True}, ["bank-card", "loss.later"]),
    (TWO, ["bank-card", "cards", "cards"]),
]
REFUSED: list[tuple[dict[str, Any], list[str], str]] = [
    ({}, [], GROUP),
    (
        {"lost": True},
        ["bank-card"],
        "遗失声明（可以用遗失声明（容缺承诺书） loss.later代替）",
    ),
    (TWO, ["bank-card", "cards"], "家人身份证（2 份，每人一份）"),
]


def sent(village: Village, form: dict[str, Any], papers: list[str]) -> bytes:
    scans = [village.scan(b"%d" % n, material=one) for n, one in enumerate(papers)]
    return village.submit(*scans, item="allowance", form=form, release=2)


@pytest.mark.parametrize(("form", "papers"), TAKEN)
async def test_what_has_every_paper_that_it_needs_becomes_a_case(
    centre: Centre, form: dict[str, Any], papers: list[str]
) -> None:
    await centre.county.catalogue.publish(CATALOGUE)
    await centre.bring(sent(await centre.village(), form, papers))
    assert await centre.rows(QuarantineRow) == []
    (case,) = await centre.cases()
    assert (case["item"], case["form"]) == ("allowance", form)


@pytest.mark.parametrize(("form", "papers", "words"), REFUSED)
async def test_what_lacks_one_is_refused_and_the_paper_is_named(
    centre: Centre, form: dict[str, Any], papers: list[str], words: str
) -> None:
    village = await centre.village()
    await centre.county.catalogue.publish(CATALOGUE)
    await centre.bring(sent(village, form, papers))
    assert await centre.cases() == []
    (told,) = await centre.rejections(village)
    assert (told.code, told.detail) == ("intake.material-missing", words)
