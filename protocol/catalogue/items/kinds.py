"""Lists of codes that items use, with what people call them.

Source: GB/T 39046-2020 annex A; docs/catalogue.md.
"""

from collections.abc import Mapping
from enum import StrEnum

TYPES: Mapping[str, str] = {
    "01": "行政许可",
    "02": "行政处罚",
    "03": "行政强制",
    "04": "行政征收",
    "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他行政权力",
    "20": "公共服务",
}
"""Annex A.1; 11 to 19 and 21 on belong to the provinces."""

TYPE_NAMES: Mapping[str, str] = {
    **{name: code for code, name in TYPES.items()},
    "其他": "10",
    "其他类别": "10",
    "行政备案": "10",  # has no code of its own in the list
}
"""What else is taken for a code of A.1."""

LEVELS: Mapping[str, str] = {
    "1": "国家级",
    "2": "省级",
    "3": "市级",
    "4": "县级",
    "5": "镇（乡、街道）级",
    "6": "村（社区）级",
    "7": "分级管理",
}
"""Annex A.2: who decides."""

SERVED: Mapping[str, str] = {
    "1": "自然人",
    "2": "企业法人",
    "3": "事业法人",
    "4": "社会组织法人",
    "5": "行政机关",
    "6": "其他组织",
}
"""Annex A.4: whom an item is for."""

CASE_TYPES: Mapping[str, str] = {"1": "即办件", "2": "承诺件", "9": "其他"}
"""Annex A.6."""


class NodeKind(StrEnum):
    """What happens at a node of a flow."""

    ACCEPTANCE = "acceptance"
    REVIEW = "review"
    JOINT = "joint"
    PUBLICITY = "publicity"
    ASSESSMENT = "assessment"
    DECISION = "decision"
    DELIVERY = "delivery"


NODE_KINDS: Mapping[NodeKind, str] = {
    NodeKind.ACCEPTANCE: "受理",
    NodeKind.REVIEW: "审核",
    NodeKind.JOINT: "联合会审",
    NodeKind.PUBLICITY: "公示",
    NodeKind.ASSESSMENT: "外部评定",
    NodeKind.DECISION: "决定",
    NodeKind.DELIVERY: "送达",
}
"""Kinds of nodes as people call them."""


class Tier(StrEnum):
    """Where people work at a node of a flow."""

    COUNTY = "county"
    TOWNSHIP = "township"


TIERS: Mapping[Tier, str] = {Tier.COUNTY: "县级", Tier.TOWNSHIP: "乡镇"}
"""Tiers as people call them."""


class InName(StrEnum):
    """In whose name a township decides: header, number, seal and remedy follow."""

    DEPARTMENT = "department"
    TOWNSHIP = "township"


IN_NAMES: Mapping[InName, str] = {
    InName.DEPARTMENT: "委托（以部门名义）",
    InName.TOWNSHIP: "赋权（以乡镇名义）",
}
"""The same as people call it."""


class Starts(StrEnum):
    """Where a legal clock starts: whose receipt counts."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"


class Attach(StrEnum):
    """Whether a file must come with the application."""

    OPTIONAL = "optional"
    REQUIRED = "required"


class Keep(StrEnum):
    """What becomes of an original."""

    SEEN = "seen"  # looked at, and given back
    KEPT = "kept"
