"""Monthly reports that can't be made or shown."""

from protocol.errors.office import CaseError


class ReportError(CaseError):
    """Base class of what is wrong with a monthly report."""

    code = "report"


class ReportUnknownError(ReportError):
    """There is no such edition."""

    code = "report.unknown"
    zh = "没有这一期月报："


class ReportMonthError(ReportError):
    """The month has not ended, or is none."""

    code = "report.month"
    zh = "这个月还没有结束，不能出月报："


class ReportClockError(ReportError):
    """This machine's date is not believed, so nobody knows whether the month has ended."""

    code = "report.clock"
    zh = "本机日期有疑问，请先核对时间再出月报。"


class ReportMadeError(ReportError):
    """The month has its report: another edition needs a reason."""

    code = "report.made"
    zh = "这个月的月报已经出过，不能改动。需要更正的，请写明理由另出一版："


class ReportDamagedError(ReportError):
    """What is kept is not what was signed."""

    code = "report.damaged"
    zh = "月报与签名不符，可能被改动过，请从备份核对："
