"""Words of monthly reports, as commands and pages say them; light, for commands."""

from collections.abc import Mapping

DIMENSIONS: Mapping[str, str] = {"department": "部门", "township": "乡镇", "item": "事项"}
COLUMNS: Mapping[str, str] = {
    "received": "收件",
    "done": "办结件",
    "in_time": "按时办结",
    "promise": "超承诺时限",
    "law": "超法定时限",
    "free": "无时限",
    "approved": "准予",
    "refused": "不予",
    "not-accepted": "不予受理",
    "other": "其他办结",
    "stopped": "停过时限",
    "undone": "月末未办结",
}
"""What is counted of each group."""

RATED: Mapping[str, str] = {
    "done": "可以评价",
    "rated": "评价人数",
    "response": "评价率",
    "satisfied": "满意率",
}
