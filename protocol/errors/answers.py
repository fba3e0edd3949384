"""Answers of the county that are handed over in the village, and ratings."""

from protocol.errors.base import Fault, RefusedError


class AnswerError(RefusedError):
    """Something about a document that came from the county."""

    code = "answer"
    fault = Fault.CLERK


class AnswerUnknownError(AnswerError):
    """The county has sent no such document of this application, or it has not come yet."""

    code = "answer.unknown"
    zh = "这件申请没有这份县里的文书，或还没有到本站。请先交换一次再看。"


class AnswerFileMissingError(AnswerError):
    """A file of a document is still on its way."""

    code = "answer.file-missing"
    zh = "这个附件还在路上，还没有到本站。请交换后再打开："


class AnswerToldError(AnswerError):
    """This answer has been recorded, with other words; nothing was stored."""

    code = "answer.told"
    zh = "这份文书已经登记过，没有重复登记。先前登记的内容在这份文书下面。"


class AgentScopeError(AnswerError):
    """Who wants to collect is not the agent that was noted, or may not collect."""

    code = "answer.agent-scope"
    zh = "不能交给这位代办人，什么都没有登记。请交给本人，或请本人另写代领委托："


class RatedAlreadyError(AnswerError):
    """This application has been rated; a rating is given once."""

    code = "rating.taken"
    zh = "这件申请已经评价过，一件只评一次。"


class TurnedPageError(AnswerError):
    """A page for a citizen was used or is over, or nobody has turned it to one."""

    code = "desk.turned"
    zh = "这一页已经用过，或者过了时间，没有重复登记。需要时请办事员重新打开这一页。"


class CaseErasedError(AnswerError):
    """What the case says of the citizen was erased; nothing of it is told any more."""

    code = "case.erased"
    zh = "这个办件的个人信息已经抹去，不能再发文书："
    fault = Fault.OPERATOR
