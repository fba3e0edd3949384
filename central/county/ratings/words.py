"""Words of ratings, as commands and pages say them; light, for commands."""

from collections.abc import Mapping

LEVELS: Mapping[int, str] = {
    5: "非常满意",
    4: "满意",
    3: "基本满意",
    2: "不满意",
    1: "非常不满意",
}
"""As the rules of the State Council name them, the best first."""

STATES: Mapping[str, str] = {"open": "待接办", "taken": "办理中", "closed": "已办结"}
"""Of a call-back."""

STEPS: Mapping[str, str] = {
    "taken": "接办",
    "returned": "退回",
    "called": "回访",
    "found": "核实",
    "mended": "整改",
    "answered": "答复评价人",
    "closed": "办结",
    "again": "再次差评",
}
"""What was done about a bad rating."""

CALLS: Mapping[str, str] = {"reached": "联系上", "unreached": "没联系上"}
FINDINGS: Mapping[str, str] = {"true": "情况属实", "mistaken": "误评", "malicious": "恶意评价"}
ANSWERS: Mapping[str, str] = {
    "telephone": "电话",
    "visit": "上门",
    "letter": "书面",
    "village": "请村站转告",
}
"""Ways."""

DETAILS: Mapping[str, Mapping[str, str]] = {
    "called": CALLS,
    "found": FINDINGS,
    "answered": ANSWERS,
}
"""What a step of these kinds says beside its words."""

LIGHTS: Mapping[str, str] = {"green": "绿灯", "yellow": "黄灯", "red": "红灯"}
DIMENSIONS: Mapping[str, str] = {
    "item": "事项",
    "department": "部门",
    "township": "乡镇",
    "month": "月份",
}
"""What ratings are summed by."""

OTHERS = "其他（人数太少，合并隐去）"
"""A line of sums whose own ones are too few to be shown."""
