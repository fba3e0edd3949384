"""Departments, posts and delegations: who may act on a case, and what can't be changed of them."""

from protocol.errors.base import Fault, RefusedError


class PostError(RefusedError):
    """Something about departments and posts."""

    code = "post"
    fault = Fault.OPERATOR


class PostAccountError(PostError):
    """Whoever acts has no account that may handle cases, or it is not in use."""

    code = "post.no-account"
    zh = "这个人没有可用的业务经办员账号，不能办理。请先在“账号”中开通："


class PostNoneError(PostError):
    """Whoever acts is not in the post that the flow names, and stands in for nobody there."""

    code = "post.none"
    zh = "不在办理流程写明的岗位，也没有代班，不能办这一步。请由岗位上的人办理，或先调整岗位："


class PostPowerError(PostError):
    """The post or the delegation does not give this power."""

    code = "post.power"
    zh = "岗位或授权里没有这项权限，不能办这一步。请由有权限的人办理："


class PostUnknownError(PostError):
    """There is no such department, service window, post or person; nothing changed."""

    code = "post.unknown"
    zh = "没有这个部门、窗口、岗位或人员，什么都没有改动。可用 department list 查看："


class PostTakenError(PostError):
    """The code or name, or one of the aliases, belongs to another one; nothing changed."""

    code = "post.taken"
    zh = "这个编码、名称或别名已经用于另一个，什么都没有改动。请改用别的："


class PostWordsError(PostError):
    """A name, code, day or power is empty, too long, or not one; nothing changed."""

    code = "post.words"
    zh = "填写的内容不对，什么都没有改动："


class PostStandingError(PostError):
    """Open cases stand there: name who takes them over in the same step; nothing changed."""

    code = "post.standing"
    zh = "还有未办结的件，没有移除。请同时指定由谁接手；未办结件数："


class PostManyError(PostError):
    """There are as many departments, posts and people as a county may have."""

    code = "post.many"
    zh = "部门、岗位、人员和代班合计已达上限，什么都没有改动。上限："


class PostTableError(PostError):
    """The table of departments can't be taken; each fault is named by its row; nothing changed."""

    code = "post.table"
    zh = "表格有误，什么都没有改动。请照下面的提示改正后重新导入："


class DelegationError(RefusedError):
    """Something about a delegation to a chief representative."""

    code = "delegation"
    fault = Fault.OPERATOR


class DelegationExpiredError(DelegationError):
    """The delegation does not count on this day: not yet, not any more, or another one does."""

    code = "delegation.expired"
    zh = "授权不在有效期内，或已被新的授权取代，不能据此办理。请先办妥新的授权书："


class DelegationItemError(DelegationError):
    """The item is not among those that were delegated."""

    code = "delegation.item"
    zh = "这个事项不在授权范围内，首席代表不能据此办理。请由部门办理，或先补充授权："


class DelegationUnknownError(DelegationError):
    """There is no delegation of this number, or another one took its place already."""

    code = "delegation.unknown"
    zh = "没有这项授权，或它已被取代，什么都没有改动。可用 delegate list 查看："


class DelegationHeldError(DelegationError):
    """A delegation is in force or to come: take it back first; nothing changed."""

    code = "delegation.held"
    zh = "名下还有有效的授权，没有移除。请先收回授权；授权编号："
