"""Words of supervision, as commands and pages say them; light, for commands."""

from collections.abc import Mapping

RUNGS: Mapping[str, str] = {
    "reminder": "提醒",
    "warning": "预警",
    "yellow": "黄牌",
    "red": "红牌",
    "letter": "监察建议书",
}
"""The quietest first."""

LIGHTS: Mapping[str, str] = {
    "green": "绿灯",
    "yellow": "黄灯",
    "blue": "蓝灯",
    "red": "红灯",
    "deep-red": "深红灯",
}
"""The lightest first."""

STATE_WORDS: Mapping[str, str] = {
    "told": "已提示",
    "open": "待答复",
    "replied": "待核实",
    "verified": "已核实",
}
"""Of a card; one whose answer was not good is open again."""

APPEAL_WORDS: Mapping[str, str] = {
    "": "",
    "appealed": "申诉中",
    "upheld": "申诉成立",
    "rejected": "申诉不成立",
}
"""An appeal that is upheld leaves the card where it is, and says so."""

KIND_WORDS: Mapping[str, str] = {
    "replied": "答复",
    "verified": "核实通过",
    "returned": "核实不通过，退回重新答复",
    "appealed": "申诉",
    "upheld": "申诉成立",
    "rejected": "申诉不成立",
}
"""Of what was said to a card."""

LIMITS: Mapping[str, str] = {
    "": "",
    "acceptance": "受理期限",
    "node": "环节时限",
    "promised": "承诺时限",
    "legal": "法定时限",
    "special": "特别程序",
    "correction": "补正期限",
    "papers": "容缺材料补交",
    "first": "先行救助后补材料",
    "opinion": "部门答复意见",
    "publicity": "公示期",
    "telling": "决定告知",
    "delivery": "决定送达",
}
"""Of limits."""
