"""What the fields of an item are called on a page.

The Chinese words are the source; their English stands in ``locale/en.po``.

Source: docs/catalogue.md.
"""

from protocol.catalogue.items.kinds import NODE_KINDS

FIELDS = {
    "id": "事项编号",
    "name": "事项名称",
    "version": "版本",
    "sensitive": "对外名称（中性）",
    "aliases": "俗称",
    "type": "事项类型",
    "level": "行使层级",
    "department": "实施部门",
    "owner": "内容负责人",
    "review_by": "复核日期",
    "case_type": "办件类型",
    "served": "服务对象",
    "mode": "村级受理方式",
    "urgent": "加急通道",
    "bulk": "可以批量决定",
    "from": "开始办理日期",
    "until": "最后办理日期",
    "drafts_until": "旧版草稿可交到",
    "catalog_code": "基本目录编码",
    "local_catalog_code": "地方目录编码",
    "task_code": "实施编码",
    "local_task_code": "地方实施编码",
    "task_handle_item": "业务办理项编码",
    "conditions": "受理条件",
    "legal": "法定时限",
    "legal_basis": "时限依据",
    "promised": "承诺时限",
    "starts": "起算地点",
    "window": "公示时间",
    "fields": "公示内容",
    "counts": "公示计入时限",
    "basis": "依据",
    "result_name": "证件或文书",
    "kind": "类型",
    "sample": "样本",
    "contact": "咨询方式",
    "complaint": "投诉方式",
}

SECTIONS = {
    "basic": "基本信息",
    "conditions": "受理条件",
    "questions": "先问这几句",
    "materials": "申请材料",
    "limits": "办理时限",
    "special": "特别程序",
    "flow": "办理流程",
    "fees": "收费",
    "publicity": "公示",
    "result": "办理结果",
    "law": "法律依据",
    "contact": "咨询和投诉",
    "faq": "常见问题",
    "form": "申请表栏目",
    "rules": "填表条件",
    "examples": "样例",
    "other": "其他栏目",
}

HEADS = {
    "ask": "问",
    "refuse_if": "回答它就办不了",
    "say": "那就告诉对方",
    "material": "材料",
    "paper": "份数",
    "upload": "上传",
    "notes": "说明",
    "special_name": "程序",
    "limit": "时限",
    "department": "部门",
    "node": "环节",
    "kind": "类型",
    "post": "岗位",
    "authority": "权限",
    "procedure": "办理办法",
    "rule": "标准",
    "collector": "执收单位",
    "period": "有效期",
    "relief": "减免",
    "law": "法规",
    "clause": "条款",
    "text": "内容",
    "basis": "依据",
    "question": "问题",
    "answer": "回答",
    "field": "栏目",
    "title": "名称",
    "required": "必填",
    "message": "提示",
    "example": "样例",
    "expected": "应当",
    "key": "栏目",
    "value": "内容",
}

SAID = {
    "yes": "是",
    "no": "否",
    "required": "必须上传",
    "optional": "可以上传",
    "shared": "不用交",
    "covered": "其中一份共享数据已有，这一组都不用交",
    "fits": "通过",
    "refused": "被拒绝",
    "overdue": "已过期",
    "one_of": "任选其一",
    "when": "条件",
    "later": "可以容缺，以后补交",
    "promise": "可以用告知承诺代替",
    "each": "每人一份",
    "hint": "扫描",
    "faults": "材料常见问题",
    "pages": "页面",
    "seen": "看原件后退还",
    "kept": "留存",
    "now": "现行",
}

STARTS = {"village": "村站收件", "township": "乡镇收件", "county": "县中心收件"}
MODES = {
    "直办": "直办：村里直接办结",
    "代办": "代办：村里收件，代交上级",
    "协办": "协办：村里帮助申请人办",
    "告知": "告知：村里告诉去哪里办",
}
UNITS = {"wd": "%(count)s个工作日", "d": "%(count)s日", "h": "%(count)s小时"}
COUNTS = {"originals": "原件 %(count)s 份", "copies": "复印件 %(count)s 份"}
PRICES = {
    "amount": "%(amount)s元",
    "by": "按%(by)s：%(table)s",
    "one": "%(name)s %(amount)s元",
    "one_per": "%(name)s %(amount)s元/%(unit)s",
    "per": "%(amount)s元/%(unit)s",
    "spared": "，前%(count)s%(unit)s免收",
    "rate": "%(base)s的%(percent)s%%",
    "graduated": "超额累进，每%(unit)s：%(tiers)s",
    "slab": "全额累进，每%(unit)s：%(tiers)s",
    "part": "%(name)s：%(fee)s",
    "times": "再按%(by)s乘以：%(table)s",
    "times_one": "%(name)s %(amount)s倍",
    "formula": "按公式：%(text)s",
    "late": "%(owed)s每日%(percent)s%%，不超过%(owed)s的%(most)s倍",
    "tier": "%(most)s%(unit)s以内 %(price)s元",
    "last_tier": "以上 %(price)s元",
    "rises": "（每%(every)s%(unit)s加%(rise)s元）",
    "floor": "最低%(amount)s元",
    "cap": "最高%(amount)s元",
    "until": "%(start)s 至 %(end)s",
    "since": "%(start)s 起",
    "free": "免收",
    "share": "按%(percent)s%%收",
    "relief": "%(name)s：%(paid)s（%(basis)s）",
    "relief_part": "%(name)s：%(part)s%(paid)s（%(basis)s）",
    "comma": "，",
}
"""Fee rules in words; what an author wrote is put in as it is."""
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

WORDS = (
    *(*FIELDS.values(), *SECTIONS.values(), *HEADS.values(), *SAID.values()),
    *(*NODE_KINDS.values(), *STARTS.values(), *MODES.values(), *UNITS.values()),
    *(*COUNTS.values(), *PRICES.values(), *WEEKDAYS),
)
"""What is translated beside the templates."""
