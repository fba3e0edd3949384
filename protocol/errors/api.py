"""What the API for department systems refuses, beside what cases refuse."""

from typing import Self

from protocol.errors.base import Fault, RefusedError


class ApiError(RefusedError):
    """Something about the API."""

    code = "api"
    fault = Fault.OPERATOR


class TokenNeededError(ApiError):
    """No token came with the request, or none that is known."""

    code = "api.token"
    zh = "没有带上有效的接口令牌。请在 Authorization: Bearer 后写上令牌。"


class TokenOverError(ApiError):
    """The token has expired, or was revoked."""

    code = "api.token-over"
    zh = "接口令牌已到期或已收回。请管理员另发一个："


class TokenRightError(ApiError):
    """The token lacks the right for it."""

    code = "api.right"
    zh = "这个接口令牌没有这项权限："


class TokenTakenError(ApiError):
    """A token of this name counts already."""

    code = "api.token-taken"
    zh = "同名的接口令牌还在使用。请换个名称，或先收回旧的："


class TokenUnknownError(ApiError):
    """No such token."""

    code = "api.token-unknown"
    zh = "没有这个接口令牌："


class RateError(ApiError):
    """The token asks too often."""

    code = "api.rate"
    zh = "请求太频繁，请稍候再试。"

    @classmethod
    def after(cls, seconds: int) -> Self:
        """The next request is taken after so many seconds."""
        return cls().asks_pause(seconds)


class AskedWrongError(ApiError):
    """The parameters, headers or body of the request are not as described."""

    code = "api.request"
    zh = "请求的参数、标头或内容不符合说明："


class PathUnknownError(ApiError):
    """No such address or method in the API."""

    code = "api.path"
    zh = "接口没有这个地址或方法。"


class BodyTooLargeError(ApiError):
    """The body of the request is larger than allowed."""

    code = "api.too-large"
    zh = "请求内容太大。"


class KeyUsedError(ApiError):
    """The idempotency key was used for another request."""

    code = "api.key-used"
    zh = "这个幂等键已用于另一个请求，什么都没有改动。请换一个。"


class KeyUnsureError(ApiError):
    """A request with this key is under way, or the program ended in the middle of it."""

    code = "api.key-unsure"
    zh = "同一幂等键的请求正在处理，或处理中途程序停过。请先查看该办件，再决定是否换键重发。"


class CursorError(ApiError):
    """``after`` is not what a page before gave."""

    code = "api.cursor"
    zh = "after 不是上一页给出的值："


class FeedBegunAnewError(ApiError):
    """The county's database was restored: its events are counted anew."""

    code = "api.feed-anew"
    zh = "县中心的数据库恢复过，事件重新计数。请从头读取。"
