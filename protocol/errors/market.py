"""Market day at a station's desk: waiting numbers, and one item for many people."""

from protocol.errors.base import Fault, RefusedError


class WaitingError(RefusedError):
    """Something about waiting numbers."""

    code = "waiting"
    fault = Fault.CLERK


class WaitingNumberError(WaitingError):
    """No such number today, or it is not where this can be done to it."""

    code = "waiting.number"
    zh = "今天没有这个号，或者它已经叫过、办完了，没有改动。请看叫号页上的名单，号码："


class WaitingFullError(WaitingError):
    """So many numbers were given out today that no more are."""

    code = "waiting.full"
    zh = "今天的号已经发完，没有再发。请群众改天来，或者不取号直接到窗口。今天发了："


class WaitingLeftError(WaitingError):
    """People still wait, so the numbers don't begin anew."""

    code = "waiting.left"
    zh = "还有人在等或正在办，不能从 1 号重新开始，号没有动。请先叫完或办完，还有："
