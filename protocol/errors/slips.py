"""Slips that citizens bring back, and what is wrong with them."""

from protocol.errors.base import Fault, RefusedError


class SlipError(RefusedError):
    """Something about a slip that a station gave to a citizen."""

    code = "slip"
    fault = Fault.CLERK


class SlipTypedError(SlipError):
    """It is no slip, or was mistyped: in this row, where one is named."""

    code = "slip.typed"
    zh = "这不是收件凭证上的文字，或者输错了，没有改动任何资料。请对照凭证再看一遍，出错的行："


class SlipUnknownError(SlipError):
    """The station that it names is not on the roster held here."""

    code = "slip.unknown"
    zh = "这里的名册上没有凭证所写的村站，不能核验。可能是外县的凭证，或名册太旧。村站编号："


class SlipForgedError(SlipError):
    """The station that it names has not signed it."""

    code = "slip.forged"
    zh = "凭证上的签名不是所写村站的，不能相信。请留下凭证并报告县中心。村站编号："


class SlipNoneError(SlipError):
    """There is no slip: this PC did not seal that application itself."""

    code = "slip.none"
    zh = "这件申请不是在这台电脑上收下的，不能打印收件凭证；县里的结果照样能看。"


class SlipCopyError(SlipError):
    """Nobody has printed such a copy."""

    code = "slip.copy"
    zh = "没有打印过这一份收件凭证，请回到申请页面重新打印。"
