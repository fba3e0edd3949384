"""Catalogue files for tests: a small item, and one that has everything."""

import json
from typing import Any

import pytest

from protocol.catalogue.findings import Findings, findings_of
from protocol.catalogue.items.entries import catalogue_entries
from protocol.catalogue.items.materials import LibraryMaterial
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.records import read_record
from protocol.catalogue.items.rules import WRONG, Place
from protocol.errors import CatalogueError

Json = dict[str, Any]


def make_schema() -> Json:
    return {
        "type": "object",
        "required": ["name", "reason"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "title": "申请人姓名", "maxLength": 30},
            "reason": {"type": "string", "title": "原因", "enum": ["首次", "丢失"], "maxLength": 2},
            "household": {
                "type": "array",
                "title": "家庭成员",
                "maxItems": 5,
                "items": {"type": "object", "properties": {"member": {"type": "string"}}},
            },
        },
    }


def make_item(**changed: Any) -> Json:
    """The least that an item has."""
    item = {
        "id": "451423-001",
        "name": "居民最低生活保障金给付",
        "materials": [{"id": "id-card", "use": "id-card", "attach": "required"}],
        "schema": make_schema(),
    }
    return item | changed


def make_library() -> Json:
    return {
        "id-card": {
            "name": "居民身份证",
            "hint": "正反面扫在一页",
            "pages": ["正面", "反面"],
            "faults": [{"code": "expired", "say": "已过有效期"}],
            "copies": 1,
            "keep": "seen",
        },
        "register": {"name": "户口簿", "originals": 1},
        "bank-card": {"name": "银行卡"},
        "social-card": {"name": "社会保障卡"},
        "loss-report": {"name": "遗失声明"},
    }


def _flow() -> list[Json]:
    return [
        {"id": "accept", "kind": "acceptance", "name": "受理", "post": "窗口", "limit": "1wd"},
        {"id": "post", "kind": "publicity", "name": "公示", "procedure": "贴在村务栏\n拍照"},
        {
            "id": "decide",
            "kind": "decision",
            "name": "确认",
            "authority": "审核确认",
            "limit": "5wd",
        },
    ]


HANDLING = {
    "accept": "3wd",
    "by_default": True,
    "correct": "30d",
    "lapses": True,
    "extend": "10wd",
    "papers": "5wd",
    "silence": "go-on",
    "tell": "3wd",
    "deliver": "10wd",
}
"""What the law gives only to some items."""


def make_full_item(**changed: Any) -> Json:
    """An item with everything that an item can have."""
    item = make_item(
        codes={"catalog_code": "000105001000", "task_code": "11451423000000019K4000105001000"},
        type="05",
        level="4",
        department="县民政局",
        owner={"name": "社会救助股", "review_by": "2027-06-30"},
        aliases=["低保", "吃低保"],
        legal_basis=[
            {
                "law": "社会救助暂行办法",
                "number": "国务院令第649号",
                "clause": "第九条",
                "text": "…",
            }
        ],
        conditions=["人均收入低于当地标准", "财产状况符合规定"],
        served=["1"],
        case_type="2",
        questions=[
            {"id": "local", "ask": "是本县户籍吗？", "refuse_if": False, "say": "请到户籍地申请"},
            {"id": "twice", "ask": "已经领取了吗？", "refuse_if": True, "say": "不能重复申请"},
            {"id": "car", "ask": "有轿车吗？", "refuse_if": True, "say": "不符合财产规定"},
        ],
        materials=make_papers(),
        limits={
            "legal": "30wd",
            "legal_basis": "第十一条",
            "promised": "20wd",
            "starts": "village",
        },
        handling=HANDLING,
        special=[
            {"name": "信息核对", "limit": "10wd", "basis": "第三条", "department": "县民政局"}
        ],
        flow=_flow(),
        result={"name": "最低生活保障证", "kind": "证照", "sample": "见窗口样张"},
        mode="代办",
        publicity={"window": "7d", "fields": ["name"], "counts": False, "basis": "第十一条"},
        sensitive={"name": "民政业务申请"},
        urgent=True,
        bulk=False,
        contact="0771-8811111",
        complaint="0771-8812222",
        faq=[{"question": "多久发一次？", "answer": "每月一次。"}],
        examples=[
            {
                "name": "本人申请",
                "form": {"name": "样福丽", "reason": "首次"},
                "attached": ["id-card", "bank-card"],
            },
            {"name": "没有银行卡", "form": {"name": "样福丽", "reason": "首次"}, "fits": False},
        ],
        drafts_until="2027-01-31",
    )
    return item | {"from": "2026-12-01", "until": "2027-12-31"} | changed


def make_papers() -> list[Json]:
    """One of each kind: alone, group, conditional, promised, later, shared, for each."""
    return [
        {"id": "id-card", "use": "id-card", "attach": "required", "note": "在有效期内"},
        {
            "group": "payment",
            "name": "收款账户",
            "attach": "required",
            "one_of": [
                {"id": "social-card", "use": "social-card"},
                {"id": "bank-card", "use": "bank-card", "copies": 2},
            ],
        },
        {
            "id": "loss",
            "use": "loss-report",
            "attach": "required",
            "when": {"properties": {"reason": {"const": "丢失"}}},
        },
        {"id": "income", "name": "收入说明", "instead": "promise"},
        {
            "id": "register",
            "use": "register",
            "later": {"limit": "10wd", "promise": "十个工作日内补交户口簿。"},
        },
        {"id": "marriage", "name": "结婚证", "shared": "婚姻登记信息"},
        {"id": "members", "name": "家庭成员身份证", "attach": "required", "each": "household"},
    ]


def file_of(*items: object, **about: Any) -> bytes:
    """A catalogue file with the library of these tests."""
    document = {"materials": make_library(), **about, "items": list(items)}
    return json.dumps(document, ensure_ascii=False).encode()


def faults(*items: object, **about: Any) -> dict[str, str]:
    """Where something is wrong with such a file, and what."""
    with pytest.raises(CatalogueError) as caught:
        catalogue_entries(file_of(*items, **about))
    return {one.where: one.reason for one in findings_of(caught.value)}


def as_the_file_says(raw: Json) -> Item:
    """The item as the check of a file reads it, beside the library of :func:`make_library`."""
    library = {
        code: read_record(LibraryMaterial, one, Place(findings=Findings(), item=""))
        for code, one in make_library().items()
    }
    item = read_record(Item, raw, Place(findings=Findings(), item="", library=library))
    assert item is not WRONG
    return item
