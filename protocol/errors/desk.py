"""Who works at a station's desk, and what keeps somebody from it."""

from protocol.errors.base import Fault, RefusedError


class ClerkError(RefusedError):
    """Something about the clerks of a station."""

    code = "clerk"
    fault = Fault.CLERK


class ClerkNameError(ClerkError):
    """That is no name for a clerk."""

    code = "clerk.name"
    zh = "办事员姓名不能为空，也不能太长，什么都没有改动。允许的字符数："


class ClerkTakenError(ClerkError):
    """A clerk of this name works here already; nothing changed."""

    code = "clerk.taken"
    zh = "本站已经有这个姓名的办事员，什么都没有改动。同名的人请在姓名后加以区分："


class ClerkUnknownError(ClerkError):
    """Nobody of this name works at this station."""

    code = "clerk.unknown"
    zh = "本站没有这个姓名的办事员，什么都没有改动。可用 clerk list 查看："


class ClerkLastError(ClerkError):
    """The last clerk can't be removed: nobody could open this station's data any more."""

    code = "clerk.last"
    zh = "这是本站最后一名办事员，不能移除，否则再没有人能打开本站资料。请先增加另一名："


class ClerkProofError(ClerkError):
    """It takes the password of somebody who can open this station's data already."""

    code = "clerk.proof"
    zh = "这一步要由本站现有的办事员用自己的口令认可（--by 姓名 和 --by-password-file）。"


class ClerkUnnamedError(ClerkError):
    """Several clerks work here, and a password was given without a name."""

    code = "clerk.unnamed"
    zh = "本站有几名办事员，请同时写明是谁（--clerk 或 YIZHAN_CLERK）。"


class ClerkWaitError(ClerkError):
    """Wrong passwords were tried; this one was not looked at, and can be tried later."""

    code = "clerk.wait"
    zh = "口令输错多次，这一次没有核对，资料没有丢失。请稍后再试，还要等的秒数："
