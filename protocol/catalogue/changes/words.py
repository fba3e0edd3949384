"""Chinese words for the places of a catalogue, and short ones for values.

Source: docs/glossary.md; docs/catalogue.md.
"""

from collections.abc import Mapping

from protocol.catalogue.changes.places import NOTHING

_MAX_CHARS = 200  # of a value that is shown
_ENTRIES: Mapping[str, str] = {
    "@about": "目录说明",
    "@calendar": "工作日历",
    "@markets": "圩日",
    "@find": "检索词",
    "@gone": "已撤下的事项",
}
_KEYS: Mapping[str, str] = {
    "aliases": "俗称",
    "ask": "问题",
    "at_once": "不可容缺",
    "attach": "是否必须上传",
    "authority": "权限",
    "basis": "依据",
    "bulk": "批量办理",
    "calendar": "工作日历",
    "catalog_code": "基本编码",
    "clause": "条款",
    "codes": "编码",
    "complaint": "监督投诉",
    "conditions": "受理条件",
    "contact": "咨询方式",
    "copies": "复印件份数",
    "counts": "计入时限",
    "department": "部门",
    "drafts_until": "旧草稿可用至",
    "each": "逐人提供",
    "examples": "样例",
    "faq": "常见问题",
    "faults": "常见差错",
    "fee_rules": "收费",
    "fields": "公示字段",
    "fits": "应能通过",
    "flow": "办理流程",
    "form": "表单",
    "from": "起用日期",
    "hint": "扫描提示",
    "instead": "告知承诺替代",
    "items": "事项",
    "keep": "原件收存",
    "kind": "类型",
    "later": "容缺后补",
    "law": "法规名称",
    "legal": "法定时限",
    "legal_basis": "设定依据",
    "level": "行使层级",
    "limit": "时限",
    "limits": "办理时限",
    "local_catalog_code": "地方基本编码",
    "local_task_code": "地方实施编码",
    "market_days": "圩日",
    "materials": "材料",
    "max_bytes": "文件大小上限",
    "mode": "受理方式",
    "must": "须懂得的内容",
    "name": "名称",
    "number": "文号",
    "one_of": "任选其一",
    "order": "次序",
    "originals": "原件份数",
    "owner": "责任人",
    "pages": "页面",
    "post": "岗位",
    "procedure": "程序",
    "promised": "承诺时限",
    "publicity": "公示",
    "questions": "预判问题",
    "refuse_if": "不能申请的回答",
    "required": "必填项",
    "result": "办理结果",
    "review_by": "复核日期",
    "rules": "表单规则",
    "sample": "样本",
    "say": "说明",
    "schema": "表单",
    "sensitive": "敏感事项代称",
    "served": "服务对象",
    "shared": "共享数据免交",
    "special": "特别程序",
    "starts": "起算地点",
    "task_code": "实施编码",
    "task_handle_item": "办理项编码",
    "text": "原文",
    "title": "名称",
    "type": "类型",
    "until": "停用日期",
    "urgent": "加急",
    "use": "引用材料",
    "when": "何时需要",
    "window": "公示期",
}


def key_words(key: str) -> str:
    """What people call a key; the key itself where there is no word for it."""
    return _KEYS.get(key, key)


def place_words(shown: tuple[str, ...]) -> str:
    """A place in words: ``材料 · 居民身份证 · 复印件份数``."""
    return " · ".join(key_words(part) for part in shown)


def entry_words(key: str) -> str:
    """What people call an entry of a release that is no item."""
    for start, words in (("@m.", "材料库"), ("@local.", "乡镇变动")):
        if key.startswith(start):
            return f"{words} {key.removeprefix(start)}"
    return _ENTRIES.get(key, key)


def value_words(value: object) -> str:
    """A value as people read it; empty: there is none."""
    if isinstance(value, dict):
        return shortened("，".join(f"{key_words(key)}：{value_words(value[key])}" for key in value))
    if isinstance(value, list):
        return shortened("；".join(map(value_words, value)))
    if isinstance(value, str):
        return shortened(value)
    for one, words in ((NOTHING, ""), (None, "（空）"), (True, "是"), (False, "否")):
        if value is one:
            return words
    return str(value)


def shortened(text: str) -> str:
    """``text``, cut where it is too long to be shown."""
    return text if len(text) <= _MAX_CHARS else f"{text[:_MAX_CHARS]}…（共 {len(text)} 字）"
