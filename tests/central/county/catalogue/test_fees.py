"""``fee`` by the rules of the published release; a faulty rule publishes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.central.county.catalogue.conftest import LONGZHOU, Ask

IDENTITY = "451423-059"


def facts(folder: Path, content: Any) -> str:
    path = folder / "facts.json"
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return str(path)


def test_a_fee_is_computed_with_every_step(published: Ask, tmp_path: Path) -> None:
    known = facts(tmp_path, {"reason": "丢失补领"})
    assert published("fee", "--item", IDENTITY, "--facts", known, "--on", "2026-03-01") == {
        "item": IDENTITY,
        "release": 1,
        "day": "2026-03-01",
        "total": "40.00",
        "sheet": {
            "collector": "龙州县公安局",
            "basis": "发改价格〔2003〕2322号；财税〔2018〕37号",
            "steps": [{"words": "丢失补领", "yuan": "40"}],
            "total_fen": 4000,
        },
    }


@pytest.mark.parametrize(
    ("item", "content", "more", "code", "words"),
    [
        (IDENTITY, {}, (), "fee.facts", "reason"),
        (IDENTITY, {"reason": "好玩"}, (), "fee.facts", "首次申领"),
        (IDENTITY, [], (), "fee.facts", "情况文件应为"),
        (IDENTITY, {"reason": "首次申领"}, ("--on", "2018-12-31"), "fee.none", "2018-12-31"),
        (IDENTITY, {"reason": "首次申领"}, ("--on", "今天"), "usage", "今天"),
        ("451423-001", {}, (), "fee.none", "没有收费规则"),
        ("451423-999", {}, (), "intake.item-unknown", "451423-999"),
        ("@about", {}, (), "intake.item-unknown", "@about"),
    ],
)
def test_what_can_not_be_computed_is_refused_in_words(
    published: Ask,
    tmp_path: Path,
    *,
    item: str,
    content: Any,
    more: tuple[str, ...],
    code: str,
    words: str,
) -> None:
    asked = ("fee", "--item", item, "--facts", facts(tmp_path, content), *more)
    refused = published(*asked, code=2 if code == "usage" else 3)
    assert refused["code"] == code
    assert words in refused["words"]


def test_a_range_or_a_wrong_example_publishes_nothing(ask: Ask, tmp_path: Path) -> None:
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    (rule,) = catalogue["items"][58]["fee_rules"]
    rule["form"]["amounts"]["丢失补领"] = "10-40"
    faulty = tmp_path / "faulty.json"
    faulty.write_text(json.dumps(catalogue), "utf-8")
    assert "幅度须先由县里定下" in ask("publish", str(faulty), code=3)["words"]
    rule["form"]["amounts"]["丢失补领"] = "41"
    faulty.write_text(json.dumps(catalogue), "utf-8")
    refused = ask("publish", str(faulty), code=3)
    assert f"{IDENTITY}.fee_rules" in refused["words"]
    assert "算出 41.00，算例写的是 40" in refused["words"]


def test_before_a_catalogue_is_published_that_is_what_is_missing(ask: Ask, tmp_path: Path) -> None:
    refused = ask("fee", "--item", IDENTITY, "--facts", facts(tmp_path, {}), code=3)
    assert refused["code"] == "catalogue.missing"
    assert "先发布目录" in refused["next"]
