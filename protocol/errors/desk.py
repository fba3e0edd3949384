"""A station's desk: who works there, and what keeps somebody from it."""

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


class ClerkRefusedError(ClerkError):
    """Name or password is wrong; it is not said which."""

    code = "clerk.refused"
    zh = "姓名或口令不正确。"


class ClerkWaitError(ClerkError):
    """Wrong passwords were tried; this one was not looked at; wait so many seconds."""

    code = "clerk.wait"
    zh = "口令输错多次，这一次没有核对，资料没有丢失。请稍后再试，还要等的秒数："


class DeskError(RefusedError):
    """Something about the desk's pages."""

    code = "desk"
    fault = Fault.OPERATOR


class DeskClosedError(DeskError):
    """The desk is not open: no agent runs on this folder, or it opens none."""

    code = "desk.closed"
    zh = (
        "工作台没有打开，资料都在。请先运行 yizhan-station run；设置里 desk_port = 0 时不开工作台。"
    )


class DeskPortError(DeskError):
    """Another program has the desk's port; taking in by command and exchanging go on."""

    code = "desk.port-taken"
    zh = "工作台的端口被别的程序占用，没有打开；受理和交换照常。请关掉那个程序后重新启动。端口："


class DeskTokenError(DeskError):
    """A link for making the first clerk was used or is too old."""

    code = "desk.token"
    zh = "这个链接已用过或已过期。请在本机上重新运行 yizhan-station desk 取一个新的。"
