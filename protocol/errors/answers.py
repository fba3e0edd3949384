"""Answers of the county that are handed over in the village, and ratings."""

from protocol.errors.base import Fault, RefusedError


class AnswerError(RefusedError):
    """Something about a document that came from the county."""

    code = "answer"
    fault = Fault.CLERK


class CaseErasedError(AnswerError):
    """What the case says of the citizen was erased; nothing of it is told any more."""

    code = "case.erased"
    zh = "这个办件的个人信息已经抹去，不能再发文书："
    fault = Fault.OPERATOR
