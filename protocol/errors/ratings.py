"""What is done about bad ratings and can't be done."""

from protocol.errors.office import CaseError


class CallbackError(CaseError):
    """Base class of what is wrong with what is done about a bad rating."""

    code = "callback"


class CallbackUnknownError(CallbackError):
    """The case has no bad rating."""

    code = "callback.unknown"
    zh = "这一件没有差评，请核对办件编号："


class CallbackStateError(CallbackError):
    """This can't be done about the rating now."""

    code = "callback.not-now"
    zh = "现在不能这样办，什么都没有改动："


class CallbackOwnError(CallbackError):
    """Who was rated neither looks into the rating nor closes it."""

    code = "callback.own"
    zh = "被评价的人不能核实、办结对自己的差评，请另一人办理："


class CallbackHeldError(CallbackError):
    """Somebody else has taken it."""

    code = "callback.held"
    zh = "这件差评已有人接办，请等接办人退回后再办："


class CallbackDepartmentError(CallbackError):
    """It is another department's."""

    code = "callback.department"
    zh = "这件差评由另一部门办理："


class CallbackWordsError(CallbackError):
    """Nothing is done about a bad rating without words."""

    code = "callback.words"
    zh = "请写明内容，最多 4000 字："
