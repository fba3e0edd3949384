"""Departments of the sample county, for the pictures of their pages."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from central.county.departments import changing
from central.county.departments.changing import Changed
from central.county.departments.service import Departments
from central.county.departments.sheet import apply
from central.county.departments.staffing import Delegation, Power, Staffing

PERSON_PAGE = f"/departments/person?name={quote('黄秀英')}"
_HEADS = "部门编码,部门,部门电话,窗口,岗位,权限,人员,外出至,代班人,代班起,代班止"
_SOCIAL = "R01,县人力资源和社会保障局,0771-8810002"
SAMPLE = f"""{_HEADS}
M01,县民政局,0771-8810001,3号窗口,县民政局窗口经办,受理、审核,陆经办
M01,县民政局,0771-8810001,3号窗口,县民政局窗口经办,受理、审核,黄秀英,2999-03-31,陆经办,2020-01-01,2999-12-31
M01,县民政局,0771-8810001,,县民政局首席代表,受理、审核,农建国
{_SOCIAL},5号窗口,县人力资源和社会保障局窗口经办,受理、审核,韦丽华
{_SOCIAL},5号窗口,县人力资源和社会保障局首席代表,受理、审核
{_SOCIAL},6号窗口
Z01,县自然资源局,0771-8810003
"""
TABLE = (
    f"{_HEADS}\nM01,县民政局,0771-8810009,,低保岗,审核,梁小燕\nF01,县司法局,,1号窗口\n".encode(),
    f"{_HEADS}\n,没有编码的局\nM01,县民政局,,,低保岗,拍板\n".encode(),
)


async def set_up(departments: Departments) -> None:
    """Three departments, one of whose posts nobody fills; delegations in each state."""
    rows = [line.split(",") for line in SAMPLE.splitlines()]
    today = departments.today

    def change(before: Staffing) -> Changed:
        applied = apply(before, rows)
        assert applied.faults == ()
        given = Delegation(
            number=0,
            instrument="龙民授〔2026〕1号",
            department="M01",
            person="农建国",
            powers=frozenset({Power.DECIDE, Power.SEAL}),
            items=frozenset({"451423-001", "451423-059", "451423-060", "451423-061"}),
            start=today - timedelta(days=200),
            until=today + timedelta(days=20),
            deputy="陆经办",
            entered_by="李建国 (web)",
        )
        made = changing.delegate(applied.staffing, given, today)
        again = replace(given, instrument="龙民授〔2026〕8号", items=frozenset(), supersedes=1)
        made = changing.delegate(made, replace(again, start=today - timedelta(days=9)), today)
        social = replace(given, instrument="龙人社授〔2026〕2号", department="R01", deputy="")
        made = changing.delegate(made, replace(social, person="韦丽华"), today)
        end = replace(social, person="韦丽华", powers=frozenset(), supersedes=3, start=today)
        return Changed(staffing=changing.delegate(made, end, today))

    await departments.change(change, "李建国")
