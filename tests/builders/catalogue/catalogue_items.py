"""An item that no rule of the lint has anything to say about, to be spoilt by tests."""

import json
from typing import Any

GOOD: dict[str, Any] = {
    "id": "451423-001",
    "name": "城乡居民最低生活保障",
    "type": "05",
    "level": "6",
    "department": "龙州县民政局",
    "owner": {"name": "黄科长", "review_by": "2027-06-30"},
    "aliases": ["低保"],
    "case_type": "2",
    "legal_basis": [{"law": "社会救助暂行办法", "number": "国务院令第649号", "clause": "第十一条"}],
    "conditions": ["家庭人均收入低于当地低保标准"],
    "questions": [
        {"id": "resident", "ask": "是本县户籍吗？", "refuse_if": False, "say": "请到户籍地申请"},
        {"id": "income", "ask": "收入低于标准吗？", "refuse_if": False, "say": "收入高于标准"},
        {"id": "car", "ask": "家里有小汽车吗？", "refuse_if": True, "say": "有车的家庭不在范围内"},
    ],
    "materials": [
        {"id": "id-card", "use": "id-card"},
        {"id": "income", "name": "家庭收入声明", "attach": "required"},
    ],
    "limits": {"legal": "20wd", "legal_basis": "第十一条", "promised": "10wd", "starts": "village"},
    "flow": [
        {"id": "a", "kind": "acceptance", "name": "受理", "post": "村协办员", "authority": "收件",
         "procedure": "核对材料", "limit": "1wd"},
        {"id": "r", "kind": "review", "name": "审核", "post": "乡镇民政办", "authority": "入户调查",
         "procedure": "两人入户", "limit": "5wd"},
        {"id": "p", "kind": "publicity", "name": "公示", "post": "村协办员", "authority": "张榜",
         "procedure": "在村务公开栏张榜", "limit": "7d"},
        {"id": "d", "kind": "decision", "name": "审批", "post": "县民政局", "authority": "审批",
         "procedure": "局务会集体研究", "limit": "3wd"},
        {"id": "s", "kind": "delivery", "name": "送达", "post": "村协办员", "authority": "送达",
         "procedure": "把通知书送到家里", "limit": "1wd"},
    ],
    "result": {"name": "低保证", "kind": "出证办结", "sample": "样本：低保证"},
    "publicity": {"window": "7d", "fields": ["village"], "counts": False, "basis": "第十一条"},
    "contact": "0771-8812345",
    "complaint": "0771-8854321",
    "faq": [{"question": "多久能办好？", "answer": "十个工作日以内办好。"}],
    "examples": [{"name": "一人户", "form": {"name": "黄三妹"}, "attached": ["income"]}],
    "fee_rules": [
        {
            "form": {"kind": "fixed", "amount": "5"},
            "basis": "桂价费〔2012〕1号",
            "collector": "龙州县民政局",
            "effective_from": "2026-01-01",
            "relief": [{"name": "低保户", "when": "members >= 1", "factor": "0",
                        "basis": "同上文件", "evidence": "income"}],
            "examples": [{"facts": {"members": 1}, "total": "5.00"}],
        }
    ],
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "姓名", "maxLength": 50},
            "village": {"type": "string", "title": "村", "maxLength": 50},
        },
        "required": ["name"],
    },
}  # fmt: skip

LIBRARY: dict[str, Any] = {
    "id-card": {"name": "居民身份证", "hint": "正反两面都要拍", "keep": "seen", "originals": 1}
}


def entries_of(*items: dict[str, Any], library: dict[str, Any] = LIBRARY) -> dict[str, bytes]:
    """The entries of a release with these items, as publishing makes them."""
    shelved = {f"@m.{code}": material for code, material in library.items()}
    every = {"@about": {}, **shelved, **{item["id"]: item for item in items}}
    return {code: json.dumps(one, ensure_ascii=False).encode() for code, one in every.items()}


def good(**changed: Any) -> dict[str, Any]:
    """A copy of the good item with some keys replaced; None takes one away."""
    item = json.loads(json.dumps({**GOOD, **changed}))
    return {key: value for key, value in item.items() if value is not None}
