"""Errors as a program reads them: a status of HTTP, and a code with words."""

from central.county.api.shapes import Refusal
from protocol.errors import (
    CaseClosedError,
    CaseUnknownError,
    LineError,
    LoginForbiddenError,
    PeerError,
    StoreError,
    UsageError,
    YizhanError,
)
from protocol.errors import api as refused
from protocol.errors.answers import CaseErasedError
from protocol.errors.base import RefusedError
from protocol.errors.casework import (
    CaseMovedError,
    StepFieldsError,
    StepForbiddenError,
    StepNotNowError,
    StepUnknownError,
)
from protocol.errors.posts import DelegationError, PostError

_STATUS: dict[type[YizhanError], int] = {  # the first that fits
    refused.TokenNeededError: 401,
    refused.TokenOverError: 401,
    refused.TokenRightError: 403,
    refused.RateError: 429,
    refused.PathUnknownError: 404,
    refused.BodyTooLargeError: 413,
    refused.FeedBegunAnewError: 410,
    refused.KeyUsedError: 409,
    refused.KeyUnsureError: 409,
    refused.ApiError: 400,
    LoginForbiddenError: 403,
    StepForbiddenError: 403,
    PostError: 403,
    DelegationError: 403,
    CaseUnknownError: 404,
    StepUnknownError: 404,
    CaseMovedError: 409,
    CaseClosedError: 409,
    CaseErasedError: 409,
    StepNotNowError: 409,
    StepFieldsError: 422,
    UsageError: 400,
    PeerError: 400,
    LineError: 503,
    StoreError: 503,
    RefusedError: 422,
}
_NEXT = {
    400: "请按 openapi.json 改正请求后重发。",
    401: "请向县中心管理员索取有效的令牌（yizhan-county token add）。",
    403: "请由有权限的账号办理，或请管理员调整岗位或令牌的权限。",
    404: "请核对地址中的编号。",
    409: "请重新查看该办件，再决定是否办理。",
    410: "请不带 after 从头读取。",
    413: "请减少内容后重发。",
    422: "请按提示改正内容后重发。",
    429: "请等待 Retry-After 所示的秒数后重发。",
    503: "请稍后用同一个幂等键重发。",
}
_PROGRAM = 500


def status_of(error: YizhanError) -> int:
    """The status of HTTP that says whose turn it is."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), _PROGRAM)


def refusal_of(error: YizhanError) -> Refusal:
    """What a program shows to its people."""
    words = _NEXT.get(status_of(error), "请把 code 告诉县中心管理员。")
    return Refusal(code=error.code, words=error.words(), next=words)
