"""What people are told of an application, in one word for one thing on every tier.

Source: docs/glossary.md.
"""

STATES = {
    "saved": "已保存（仅在本机）",
    "at_hub": "乡镇已代管",
    "received": "县已收到",
    "complete": "材料到齐",
    "decided": "已办结",
    "returned": "退回补正",
    "rejected": "县未能受理",
}
"""By the state that ``status`` and ``cases`` tell."""

OUTCOMES = {
    "approved": "准予",
    "refused": "不予",
    "correction": "退回补正",
    "ended": "终止办理",
    "resumed": "恢复办理",
}
"""By :class:`protocol.envelope.payloads.Outcome`."""

ROLES = {"county": "县中心", "hub": "乡镇枢纽", "station": "村站"}
"""By :class:`protocol.trust.roster.Role`."""
