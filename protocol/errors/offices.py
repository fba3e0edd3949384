"""What is asked about the office of a township and can't be done."""

from protocol.errors.base import Fault, RefusedError
from protocol.errors.office import CaseError


class OfficeError(RefusedError):
    """Something about the key of a township's office."""

    code = "office"
    fault = Fault.OPERATOR


class OfficeCodeError(OfficeError):
    """That is no code: a digit is wrong or missing."""

    code = "office.code"
    zh = "核对码有误，应为 14 位数字，什么都没有改动。请让乡镇再读一遍："


class OfficeForgedError(OfficeError):
    """No request of this hub has that code: another key came, or the wrong township was meant."""

    code = "office.forged"
    zh = "这个乡镇没有这个核对码的申请，什么都没有改动。请核对乡镇和核对码，不符时不要核准："


class OfficeJudgedError(OfficeError):
    """The request was approved or retired before, or another one of the hub took its place."""

    code = "office.judged"
    zh = "这个申请已经核准过、停用过，或已被同一乡镇后来的申请取代，什么都没有改动。"


class OfficeAloneError(OfficeError):
    """It takes a second person to let an office read cases."""

    code = "office.alone"
    zh = "核准乡镇的办件密钥要两个人，什么都没有改动。请另一人在“待确认”中确认。"


class OfficeNoKeyError(OfficeError):
    """This hub has no key of an office: it can read no case."""

    code = "office.no-key"
    zh = "本枢纽没有办件密钥，读不到办件。请先申请（yizhan-hub office request），再请县里核准。"


class OfficeNotOursError(CaseError):
    """The office does not own the log of this case now."""

    code = "case.not-ours"
    zh = "这一件现在不由本乡镇办理，什么都没有改动。县里收回或已交回的，只能查看："


class OfficeCaseUnknownError(CaseError):
    """No such case was given to this office."""

    code = "case.not-given"
    zh = "没有交给本乡镇的这个办件："
