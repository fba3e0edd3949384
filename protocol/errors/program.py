"""The program itself failed, or could not say what it did."""

from protocol.errors.base import Fault, RefusedError, YizhanError


class InternalError(RefusedError):
    """Something happened that nobody foresaw; the detail names the line of the program."""

    code = "internal"
    fault = Fault.PROGRAM
    zh = "程序内部出错，已保存的资料不受影响。请核对后再试，还不行就把这一行告诉县中心："


class OutputError(YizhanError):
    """The command did its work, but its answer could not be written."""

    code = "output"
    fault = Fault.OPERATOR
    zh = "命令已经执行，但结果没能写出（磁盘已满或输出已关闭）。请先核对，不要急着重做。"
