"""What is asked of number blocks and can't be done."""

from protocol.errors.base import Fault, RefusedError


class NumbersError(RefusedError):
    """Something about numbers that are given out in blocks."""

    code = "number"
    fault = Fault.OPERATOR


class NumberWrongError(NumbersError):
    """The text is no number of ours: a digit is wrong or missing, or it says nothing."""

    code = "number.wrong"
    zh = "编号不对，可能抄错或漏了一位，请对照原件再输一次。什么都没有改动。"


class NumberSpentError(NumbersError):
    """So many numbers are not left."""

    code = "number.spent"
    zh = "号段里没有这么多剩余号码。本站与县中心交换后会自动补发新号段；申请照常受理，不会丢失。"


class NumberChargingError(NumbersError):
    """Tickets go to offices that may charge, and to no village."""

    code = "number.no-charging"
    zh = (
        "票据号段只发给执收单位，村站不收现金。请改用县政策文件 policy.toml 的"
        " [numbers] charging 里登记的乡镇或县级窗口："
    )


class NumberStationError(NumbersError):
    """Blocks are for stations that are in use and have joined."""

    code = "number.no-station"
    zh = "号段只能发给已开站、正在使用的村站或窗口电脑，没有发出："


class NumberBlockError(NumbersError):
    """There is no such block."""

    code = "number.block-unknown"
    zh = "没有这个号段，请用 numbers status 核对号段编码："


class NumberSeriesError(NumbersError):
    """A series is used up: a million numbers in a year."""

    code = "number.series-full"
    zh = "本年度这一类编号已经发完，没有发出新号段。已发出的照常使用，请联系软件维护人员。"
