"""What follows an application, as people call it."""

from collections.abc import Mapping

from protocol.records.followups import LetterKind

SUBJECT_WORDS: Mapping[str, str] = {
    "supplement": "补交材料",
    "withdrawal": "撤回申请",
    "contact": "变更联系电话",
    "telling": "告知和送达",
    "rating": "评价",
    "posting": "公示张贴",
    "objection": "公示异议",
    "visit": "入户调查",
    "letter": "来信",
    "advised": "一次性告知",
    "confirmation": "看过通知",
}
LETTER_KINDS: Mapping[LetterKind, str] = {
    LetterKind.CONSULTATION: "咨询",
    LetterKind.COMPLAINT: "投诉",
    LetterKind.SUGGESTION: "建议",
    LetterKind.MAILBOX: "县长信箱",
}
LEVEL_WORDS: Mapping[int, str] = {
    5: "非常满意",
    4: "满意",
    3: "基本满意",
    2: "不满意",
    1: "非常不满意",
}
