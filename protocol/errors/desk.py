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


class SituationCodeError(RefusedError):
    """That is no code of a situation: a digit is wrong or missing, or a newer program made it."""

    code = "situation.code"
    fault = Fault.OPERATOR
    zh = "求助码有误，应为 10 位数字。请让村里再读一遍；仍不对的，可能是新版程序的："


class ForgottenError(RefusedError):
    """Something about releasing a desk whose clerks have forgotten their passwords."""

    code = "forgotten"
    fault = Fault.CLERK


class ForgottenNoneError(ForgottenError):
    """Nothing is asked for at this desk, or the answer was used already; nothing changed."""

    code = "forgotten.none"
    zh = "本机现在没有等待放行的申请，或者放行已经用过，什么都没有改动。需要时请重新提出。"


class ForgottenOpenError(ForgottenError):
    """A request of this desk is open; its code is named. No second one was made."""

    code = "forgotten.open"
    zh = "本机已有申请在等县里放行，没有再提。一天后可以重提，前一个随即作废。现在的核对码："


class ForgottenWaitError(ForgottenError):
    """The county has not released this desk yet, or its answer is still on the way."""

    code = "forgotten.wait"
    zh = "县里的放行还没有到，草稿和申请都在。请打电话把核对码读给县里，再等交换或插 U 盘："


class ForgottenOldError(ForgottenError):
    """The request is too old to be released; nothing changed. Make another one."""

    code = "forgotten.old"
    zh = (
        "这个申请时间太久，已经失效，什么都没有改动，草稿和申请都在。请在村站重新提出。允许的天数："
    )


class ForgottenForeignError(ForgottenError):
    """What came as an answer does not open this vault: another desk's, or altered."""

    code = "forgotten.foreign"
    zh = "收到的放行不是给这台电脑这次申请的，没有使用，草稿和申请都在。请重新提出，并告诉县里。"


class ForgottenSlotError(ForgottenError):
    """This vault was made without a slot for the county: nobody can release it."""

    code = "forgotten.no-slot"
    fault = Fault.OPERATOR
    zh = "本站开站时没有给县里封存一份，县里无法放行，什么都没有改动。请找县里商量换机。"


class ForgottenCodeError(ForgottenError):
    """That is no code: a digit is wrong or missing."""

    code = "forgotten.code"
    fault = Fault.OPERATOR
    zh = "核对码有误，应为 14 位数字，什么都没有改动。请让村里再读一遍："


class ForgottenForgedError(ForgottenError):
    """No request of this station has this code: it was misheard, or another one came instead."""

    code = "forgotten.forged"
    fault = Fault.OPERATOR
    zh = "这个村站没有核对码相同的申请，没有放行。可能还没送到，也可能有人冒名，请回拨核实："


class ForgottenReplacedError(ForgottenError):
    """The station has asked again since: the newer request counts."""

    code = "forgotten.replaced"
    fault = Fault.OPERATOR
    zh = "村站后来又提了一个申请，这一个已经作废，没有放行。请村里读最新的核对码。"


class ForgottenReleasedError(ForgottenError):
    """This request was released before; it is not released twice."""

    code = "forgotten.released"
    fault = Fault.OPERATOR
    zh = "这个申请已经放行过，没有再放行一次。放行没有到村里时，请村里重新提出。"


class ForgottenAloneError(ForgottenError):
    """It takes a second person to release a desk."""

    code = "forgotten.alone"
    fault = Fault.OPERATOR
    zh = "放行一台村站电脑要两个人，什么都没有改动。请另一人在“待确认”中确认。"


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
