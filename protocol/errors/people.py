"""What is refused to a person at a page of hub or county."""

from protocol.errors.base import Fault, RefusedError


class PageError(RefusedError):
    """A page can't be shown, or a form can't be taken, as it was asked for."""

    code = "page"
    fault = Fault.OPERATOR


class PageHostError(PageError):
    """The browser asks for a host that this server does not answer for."""

    code = "page.host"
    zh = "网址中的主机名不属于本系统，请使用管理员给出的网址。"


class PageForeignError(PageError):
    """The request comes from another site's page."""

    code = "page.foreign"
    zh = "请求来自别的网站，已拒绝。请从本系统的页面操作。"


class PageStaleError(PageError):
    """The form was made for another login, or before a new start of the server."""

    code = "page.stale"
    zh = "页面已过期，没有做任何更改。请返回刷新后重试。"


class PageMissingError(PageError):
    """There is no such page, or what it showed is gone."""

    code = "page.missing"
    zh = "没有这个页面，或内容已失效。"


class PageTooLargeError(PageError):
    """More was sent than this form takes."""

    code = "page.too-large"
    zh = "提交的内容过大，没有做任何更改。"


class LoginError(RefusedError):
    """Logging in, or what a login may do, is refused."""

    code = "login"
    fault = Fault.OPERATOR


class LoginRefusedError(LoginError):
    """Name, password or the code of the second factor is wrong; it is not said which."""

    code = "login.refused"
    zh = "账号、口令或动态码不正确。"


class LoginClockError(LoginRefusedError):
    """The code of the second factor is right for another time: a clock is wrong, nobody guessed."""

    code = "login.clock"
    zh = (
        "口令正确，动态码是另一个时刻的：本机或手机的时钟不准。"
        "本次不计为失败。请校准后再登录。本机时间："
    )


class LoginLockedError(LoginError):
    """Too many failed logins of this account, or from this address."""

    code = "login.locked"
    zh = "登录失败次数过多，已暂时锁定，请稍后再试或请安全管理员解锁。"


class LoginNeededError(LoginError):
    """Nobody is logged in, or the login has run out."""

    code = "login.needed"
    zh = "尚未登录或登录已超时，请重新登录。"


class LoginForbiddenError(LoginError):
    """The role of this account does not allow that."""

    code = "login.forbidden"
    zh = "您的角色无权进行此操作。"


class PasswordWeakError(LoginError):
    """A password that is too easy to guess, or not of the allowed length."""

    code = "login.password-weak"
    zh = "口令太短、太长或太简单，请换一个。允许的字符数："


class PasswordCommonError(LoginError):
    """A password that stands on the lists that guessers try first."""

    code = "login.password-common"
    zh = "这个口令太常见，很容易被猜中。请换一个，例如几个互不相关的词。"


class PasswordDiffersError(LoginError):
    """The new password was typed twice, and not alike."""

    code = "login.password-differs"
    zh = "两次输入的新口令不一样，请再输入一次。"


class PresentWrongError(LoginError):
    """What proves that it is really you (present password, present code) is wrong."""

    code = "login.present-wrong"
    zh = "现在的口令或动态码不正确。每个动态码只能用一次，请等手机显示下一个再试。"


class SecondWrongError(LoginError):
    """The first code of a new second factor is wrong."""

    code = "login.second-wrong"
    zh = "这六位数字不对。请核对手机上的时间，等它显示下一组数字后再输入。"


class ProposalError(RefusedError):
    """What two persons must agree on is not agreed on."""

    code = "proposal"
    fault = Fault.OPERATOR


class ProposalOwnError(ProposalError):
    """Nobody confirms a proposal of one's own, or about one's own account."""

    code = "proposal.own"
    zh = "不能确认自己提出的、或关于自己账号的操作，须由另一人确认。提出人："


class ProposalOverError(ProposalError):
    """The proposal was decided before, or waited for too long."""

    code = "proposal.over"
    zh = "这项操作已经处理过，或超过一天无人确认。需要时请重新提出。"


class StaffError(RefusedError):
    """An account can't be changed as asked."""

    code = "staff"
    fault = Fault.OPERATOR


class StaffUnknownError(StaffError):
    """No account of this name."""

    code = "staff.unknown"
    zh = "没有这个账号："


class StaffTwiceError(StaffError):
    """There is an account of this name already."""

    code = "staff.exists"
    zh = "已有同名账号："


class StaffLastError(StaffError):
    """It is the last account that can manage accounts."""

    code = "staff.last"
    zh = "这是最后一个可以管理账号的账号，不能删除、停用或改变角色。"


class StaffSelfError(StaffError):
    """Nobody changes the role, lock or second factor of the own account on this page."""

    code = "staff.self"
    zh = "不能在这里更改自己的账号，请由另一位管理员操作。自己的口令和动态码在右上角的菜单里更改。"
