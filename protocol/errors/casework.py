"""What is asked of a case and can't be done."""

from protocol.errors.base import Fault
from protocol.errors.office import CaseError
from protocol.errors.store import StoreError


class StepUnknownError(CaseError):
    """No such action."""

    code = "case.action-unknown"
    zh = "没有这个动作，什么都没有改动。可以做的动作见该办件的 enabled 一栏："


class StepNotNowError(CaseError):
    """The action exists, and the case is not ready for it."""

    code = "case.not-now"
    zh = "这一件现在不能这样办，什么都没有改动："


class StepFieldsError(CaseError):
    """The action needs something that was not given, or was given wrongly."""

    code = "case.fields"
    zh = "这一步缺内容或内容不对，什么都没有改动："


class StepForbiddenError(CaseError):
    """Somebody else has the power for it."""

    code = "case.forbidden"
    zh = "您没有这一步的权限，什么都没有改动："


class CaseMovedError(CaseError):
    """Somebody else was faster: the case is not as it was seen."""

    code = "case.moved"
    zh = "别人刚刚办过这一件，您看到的已经不是最新情况，您的操作没有生效。请刷新后再看："


class NoteMovedError(CaseError):
    """The same person has noted something else of the case in another window."""

    code = "case.note-moved"
    zh = (
        "这条手记您在另一个窗口改过，这一份没有存上，也没有盖掉那一份。"
        "请把这里的字复制出来，重新打开这一页再写："
    )


class TelephoneWrongError(CaseError):
    """A number and the end of an identity number do not belong together."""

    code = "case.telephone-wrong"
    zh = "编号和身份证后四位对不上，请来电人再核对一遍。"


class TelephoneLimitedError(CaseError):
    """Too many wrong pairs were tried."""

    code = "case.telephone-limited"
    zh = "对不上的次数太多，请十五分钟后再查，或请来电人带回执到窗口查询。"


class LogBrokenError(StoreError):
    """The log of a case can't be followed: an event is missing, or a newer program wrote it."""

    code = "case.log-broken"
    fault = Fault.PROGRAM
    zh = "办件的办理记录读不通，没有改动它。请用备份核对，或换上更新的程序："
