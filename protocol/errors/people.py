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
