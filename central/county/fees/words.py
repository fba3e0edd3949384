"""Words of fees, as commands and pages say them; light, for commands."""

from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "none": "未开具",
    "owed": "待缴费",
    "free": "无需缴费",
    "paid": "已缴费",
    "excess": "减免后待退款",
    "unpaid": "未缴，不再等待",
    "refunded": "已退款",
}
KINDS: Mapping[str, str] = {
    "notice": "缴费通知",
    "relief": "减免后重开",
    "printed": "通知书已寄出",
    "paid": "缴费",
    "red": "红票退款",
    "unpaid": "未缴",
}
