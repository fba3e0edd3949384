"""An item that has everything an item can have, with its library: for pages that show all of it."""

import json
from typing import Any

CODE = "451423-full"

LIBRARY: dict[str, Any] = {
    "id-card": {
        "name": "居民身份证",
        "hint": "正反两面都要拍，四角入镜，光线均匀",
        "pages": ["正面", "反面"],
        "faults": [
            {"code": "blurred", "say": "看不清证件号码"},
            {"code": "expired", "say": "证件已过有效期"},
        ],
        "originals": 1,
        "copies": 1,
        "keep": "seen",
    },
    "social-card": {"name": "社会保障卡", "originals": 1, "keep": "seen"},
    "bank-card": {"name": "银行卡", "hint": "只拍有卡号的一面", "originals": 1, "keep": "seen"},
}

ITEM: dict[str, Any] = {
    "id": CODE,
    "name": "特困人员认定和供养待遇申请",
    "codes": {
        "catalog_code": "000511006000",
        "task_code": "11451423007837428XT000511006000",
        "task_handle_item": "11451423007837428XT00051100600001",
    },
    "type": "05",
    "level": "4",
    "department": "县民政局",
    "owner": {"name": "黄科长", "review_by": "2026-06-30"},
    "aliases": ["五保", "五保户", "特困供养"],
    "legal_basis": [
        {
            "law": "社会救助暂行办法",
            "number": "国务院令第649号",
            "clause": "第十四条",
            "text": "国家对无劳动能力、无生活来源且无法定赡养人的老年人给予特困人员供养。",
        }
    ],
    "conditions": ["本县户籍", "无劳动能力、无生活来源、无法定赡养人"],
    "served": ["1"],
    "case_type": "2",
    "questions": [
        {
            "id": "resident",
            "ask": "户口在本县吗？",
            "refuse_if": False,
            "say": "请到户籍地的乡镇申请",
        },
        {"id": "work", "ask": "能自己劳动挣钱吗？", "refuse_if": True, "say": "可以改申请临时救助"},
        {
            "id": "kin",
            "ask": "有能赡养的子女吗？",
            "refuse_if": True,
            "say": "可以改申请最低生活保障",
        },
    ],
    "materials": [
        {"id": "id-card", "use": "id-card", "attach": "required"},
        {
            "group": "account",
            "name": "领取待遇的账户",
            "one_of": [
                {"id": "social-card", "use": "social-card"},
                {"id": "bank-card", "use": "bank-card", "note": "本人名下的账户"},
            ],
        },
        {
            "id": "disability",
            "name": "残疾人证",
            "when": {"properties": {"disabled": {"const": "是"}}},
            "later": {"limit": "10wd", "promise": "我保证在十个工作日内补交残疾人证。"},
        },
        {"id": "income", "name": "收入情况说明", "instead": "promise"},
        {"id": "register", "name": "户口簿", "shared": "公安户籍库"},
        {"id": "member-card", "name": "共同生活成员的身份证", "each": "household"},
    ],
    "limits": {
        "legal": "20wd",
        "legal_basis": "特困人员认定办法第十四条",
        "promised": "12wd",
        "starts": "village",
    },
    "handling": {
        "accept": "4wd",
        "by_default": True,
        "correct": "10wd",
        "lapses": True,
        "extend": "5wd",
        "silence": "go-on",
        "tell": "3wd",
        "deliver": "8wd",
    },
    "special": [
        {
            "name": "生活自理能力评估",
            "limit": "10wd",
            "basis": "特困人员认定办法第十九条",
            "department": "县民政局",
        }
    ],
    "flow": [
        {
            "id": "a",
            "kind": "acceptance",
            "name": "村站收件",
            "post": "村协办员",
            "authority": "收件",
            "procedure": "核对身份，清点材料",
            "limit": "1wd",
        },
        {
            "id": "b",
            "kind": "review",
            "name": "乡镇审核",
            "post": "乡镇民政助理",
            "authority": "入户调查",
            "procedure": "两人入户，填写调查表",
            "limit": "5wd",
        },
        {
            "id": "c",
            "kind": "joint",
            "name": "部门联合会审",
            "post": "民政、残联、医保",
            "authority": "提出意见",
            "procedure": "三部门各自核对数据，两天内反馈",
            "limit": "2wd",
        },
        {
            "id": "d",
            "kind": "assessment",
            "name": "委托机构评估生活自理能力",
            "post": "县人民医院",
            "authority": "评估",
            "procedure": "按量表评分",
            "limit": "10wd",
        },
        {
            "id": "e",
            "kind": "publicity",
            "name": "村务公开栏公示",
            "post": "村协办员",
            "authority": "张榜",
            "procedure": "张榜并拍照",
            "limit": "7d",
        },
        {
            "id": "f",
            "kind": "decision",
            "name": "县民政局审批",
            "post": "社会救助股",
            "authority": "审批",
            "procedure": "局务会集体研究",
            "limit": "3wd",
        },
        {
            "id": "g",
            "kind": "delivery",
            "name": "送达并发放待遇",
            "post": "村协办员",
            "authority": "送达",
            "procedure": "把通知书送到家里",
            "limit": "1wd",
        },
    ],
    "result": {"name": "特困人员供养证", "kind": "证照", "sample": "村站墙上有样本"},
    "mode": "代办",
    "publicity": {
        "window": "7d",
        "fields": ["village", "rooms"],
        "counts": False,
        "basis": "特困人员认定办法第二十条",
    },
    "sensitive": {"name": "民政服务申请"},
    "urgent": False,
    "bulk": False,
    "contact": "县民政局社会救助股 0771-8812345",
    "complaint": "县民政局办公室 0771-8854321",
    "faq": [{"question": "多久能办好？", "answer": "十二个工作日以内，不算公示和评估的时间。"}],
    "examples": [
        {
            "name": "独居老人",
            "form": {"name": "黄三妹", "village": "板池村", "disabled": "否", "rooms": 2},
            "attached": ["id-card"],
        }
    ],
    "fee_rules": [
        {
            "form": {
                "kind": "composite",
                "parts": [
                    {
                        "name": "登记费",
                        "form": {
                            "kind": "lookup",
                            "by": "原因",
                            "amounts": {"初次申领": "0", "丢失补领": "20"},
                        },
                    },
                    {
                        "name": "复印费",
                        "form": {
                            "kind": "per_unit",
                            "quantity": "页数",
                            "unit": "页",
                            "price": "0.5",
                            "free": "2",
                        },
                    },
                ],
            },
            "basis": "桂价费〔2012〕1号",
            "collector": "县民政局",
            "effective_from": "2025-01-01",
            "relief": [
                {
                    "name": "残疾人",
                    "when": "页数 >= 0",
                    "factor": "0.5",
                    "basis": "残疾人保障条例",
                    "evidence": "disability",
                }
            ],
            "examples": [{"facts": {"原因": "丢失补领", "页数": 6}, "total": "22.00"}],
        }
    ],
    "drafts_until": "2027-03-31",
    "schema": {
        "type": "object",
        "required": ["name", "disabled"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "title": "姓名", "minLength": 1, "maxLength": 30},
            "id_number": {"type": "string", "title": "身份证号", "format": "cn-resident-id"},
            "village": {"type": "string", "title": "村", "maxLength": 50},
            "disabled": {"type": "string", "title": "是否残疾", "enum": ["是", "否"]},
            "rooms": {"type": "integer", "title": "住房间数", "minimum": 0, "maximum": 20},
            "household": {
                "type": "array",
                "title": "共同生活成员",
                "maxItems": 12,
                "items": {
                    "type": "object",
                    "required": ["member_name"],
                    "properties": {
                        "member_name": {"type": "string", "title": "成员姓名", "maxLength": 30}
                    },
                },
            },
        },
    },
}


def full_item(**changed: Any) -> dict[str, Any]:
    """A copy of the item with some keys replaced; None takes one away."""
    item: dict[str, Any] = json.loads(json.dumps({**ITEM, **changed}))
    return {key: value for key, value in item.items() if value is not None}


def catalogue_file(*items: dict[str, Any], **more: Any) -> bytes:
    """A catalogue file with these items and the library."""
    document = {"title": "事项目录", "materials": LIBRARY, "items": list(items), **more}
    return json.dumps(document, ensure_ascii=False).encode()
