"""Findings say where, what and what to do; a refusal names them all."""

from protocol.catalogue.findings import (
    MAX_FINDINGS,
    Finding,
    Findings,
    Level,
    findings_of,
    refusal,
)
from protocol.errors import CatalogueError


def make_finding(n: int = 1, level: Level = Level.ERROR) -> Finding:
    return Finding(
        code="item.material-unknown",
        level=level,
        item="451423-001",
        place=f"materials[{n}].use",
        reason="材料库里没有“id-crad”",
        todo="改正编号",
    )


def test_a_finding_is_one_line_with_its_place_its_reason_and_what_to_do() -> None:
    assert str(make_finding(2)) == ("451423-001.materials[2].use：材料库里没有“id-crad”。改正编号")
    whole = Finding(code="file", level=Level.HINT, item="", place="", reason="没有标题")
    assert (str(whole), whole.where) == ("没有标题", "")


def test_a_refusal_names_every_error() -> None:
    error = refusal([make_finding(1), make_finding(3)])
    assert error.detail.splitlines() == [str(make_finding(1)), str(make_finding(3))]
    assert findings_of(error) == (make_finding(1), make_finding(3))


def test_so_many_are_kept_and_the_others_counted() -> None:
    found = Findings(make_finding(n) for n in range(MAX_FINDINGS))
    assert (len(found), found.more) == (MAX_FINDINGS, 0)
    found.error("x", "451423-001", "name", "太长")
    assert (len(found), found.more) == (MAX_FINDINGS, 1)
    lines = refusal(found, found.more).detail.splitlines()
    assert len(lines) == 51
    assert lines[-1] == f"另有 {MAX_FINDINGS - 50 + 1} 处未列出"


def test_an_error_without_a_list_is_one_finding() -> None:
    (only,) = findings_of(CatalogueError("item a: wrong"))
    assert (only.code, only.level, only.reason) == (
        "catalogue.invalid",
        Level.ERROR,
        "item a: wrong",
    )
    assert findings_of(refusal([make_finding()])) == (make_finding(),)
