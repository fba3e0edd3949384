"""Why a draft of the catalogue is not proposed, approved or published; nothing has changed.

::

    RefusedError
    '- DraftError                 base of all these
       |- DraftUnknownError
       |- DraftStateError         it is past that, or not there yet
       |- DraftBytesError         another content than the one that was meant
       |- DraftEditedError        it has content of somebody else, which would be undone unseen
       |- DraftOwnError           the approver had a hand in it
       |- DraftSameError          it changes nothing
       |- DraftUnapprovedError    nobody has approved these bytes
       |- DraftOutdatedError      another release came between
       |- DraftConflictError      something else is planned for the same entry
       '- ReviewNeededError       the policy asks for a second person
"""

from protocol.errors.base import Fault, RefusedError


class DraftError(RefusedError):
    """A draft of the catalogue can't be acted on as asked."""

    code = "catalogue.draft"
    fault = Fault.OPERATOR


class DraftUnknownError(DraftError):
    """No draft of the catalogue with this number."""

    code = "catalogue.draft-unknown"
    zh = "没有这个编号的目录草稿，请到草稿清单里查看："


class DraftStateError(DraftError):
    """A draft in this state can't be changed so."""

    code = "catalogue.draft-state"
    zh = "这份目录草稿目前的状态不能这样操作："


class DraftBytesError(DraftError):
    """The draft does not have the digest that was named: somebody edited it since it was read."""

    code = "catalogue.draft-changed"
    zh = "草稿内容与指明的摘要不符，可能刚被改动，没有通过审核。请重新查看后再审核："


class DraftEditedError(DraftError):
    """New content for a draft would undo, unseen, what somebody else has written in it."""

    code = "catalogue.draft-edited"
    zh = (
        "草稿里现在是别人写的内容，您的文件不是从它改来的，存下会盖掉对方的改动，没有存。"
        "请用 catalogue show 看现在的内容，核对后加 --digest 再提出："
    )


class DraftOwnError(DraftError):
    """The approver of a draft had a hand in it."""

    code = "catalogue.own-draft"
    zh = "草稿的编写人和审核人不能是同一个人，参与过编写的都不行，请由另一人审核："


class DraftSameError(DraftError):
    """The draft says what the newest release says: it would make no release."""

    code = "catalogue.draft-same"
    zh = "内容与现行目录完全相同，没有可审核、可发布的改动，没有存下。草稿不要了就撤回："


class DraftUnapprovedError(DraftError):
    """Nobody has approved the draft as it is now."""

    code = "catalogue.unapproved"
    zh = "草稿现在的内容还没有审核通过，不能发布。请由另一人先审核："


class DraftOutdatedError(DraftError):
    """Another release came between: what the draft was made from is not the newest any more."""

    code = "catalogue.outdated"
    zh = (
        "提出草稿之后目录又发布过新版本，直接发布会盖掉别人的修改，没有发布。请在新版本上重新提出："
    )


class DraftConflictError(DraftError):
    """Something else is planned for the same entry, from a later day on."""

    code = "catalogue.planned"
    zh = "同一内容已经安排了日后起用的另一版，不能再改。请等它起用，或从目录历史退回旧版："


class CatalogueShrinksError(DraftError):
    """A file would withdraw most of what is offered: perhaps it is another file."""

    code = "catalogue.shrinks"
    zh = "这个文件会撤下现有事项的大半，没有发布。请核对文件；确实如此就加 --anyway："


class ReviewNeededError(DraftError):
    """The county's policy asks for a second person before anything is published."""

    code = "catalogue.review-needed"
    zh = (
        "本县规定目录须经第二人审核才能发布，没有发布。请用 catalogue propose 提出，"
        "由另一人用 catalogue approve 审核通过后再发布。"
    )
