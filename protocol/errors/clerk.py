"""What the clerk handed in can't be taken; the clerk can mend it."""

from collections.abc import Sequence

from protocol.errors.base import Fault, RefusedError


class IntakeError(RefusedError):
    """What the clerk handed in can't be taken; the clerk can mend it."""

    code = "intake"
    fault = Fault.CLERK


class ItemUnknownError(IntakeError):
    """No such item in the catalogue that this node holds."""

    code = "intake.item-unknown"
    zh = "事项目录里没有这个事项，请核对事项编码，或先与上级交换一次以更新目录。"


class FormInvalidError(IntakeError):
    """The form misses a required field or breaks the item's schema."""

    code = "intake.form-invalid"
    zh = "表单填写不完整或不正确，请按提示补正后再提交。"

    def __init__(self, detail: str = "", *, faults: Sequence[object] = ()) -> None:
        super().__init__(detail)
        self.faults = tuple(faults)  # each with its field (protocol.catalogue.forms.faults)


class MaterialUnknownError(IntakeError):
    """An attachment names a material that the item does not have."""

    code = "intake.material-unknown"
    zh = "该事项没有这种材料，请核对材料名称。"


class MaterialMissingError(IntakeError):
    """The item asks for an electronic copy that was not attached."""

    code = "intake.material-missing"
    zh = "还缺必须附上的材料，这一件没有交。补上再交，或者写明群众坚持现在就交。"


class AttachmentTooLargeError(IntakeError):
    """One file, or all files of one application, are over the limit."""

    code = "intake.attachment-too-large"
    zh = "附件超过大小限制，请压缩或分开后再提交。"


class FileUnreadableError(IntakeError):
    """A file can't be read, or is not what it should be."""

    code = "intake.file-unreadable"
    zh = "文件无法读取，请检查文件是否存在、是否损坏。"


class FileEmptyError(FileUnreadableError):
    """A scan of 0 bytes: nobody could read it at the county either."""

    code = "intake.file-empty"
    zh = "附件是空文件（0字节），请重新扫描后再提交："


class ApplicationTakenError(IntakeError):
    """This application id stands for another application here; nothing was stored."""

    code = "intake.id-taken"
    zh = "这个申请编号已经用于另一份内容不同的申请，这一份没有收下。请换一个编号再提交："


class NotReturnedError(IntakeError):
    """Only an application that the county returned for correction can be answered by another."""

    code = "intake.not-returned"
    zh = "只有县里退回补正的申请才能补正。请用 status 核对申请编号："


class TakenInError(IntakeError):
    """What is said of how an application was taken in contradicts itself, its item or its files."""

    code = "intake.taken-in"
    zh = "受理情况（受理人、后补材料、页次等）填写有误，这一件没有收下。请改正后再提交："


class AgentWrongError(IntakeError):
    """Who acts for the applicant needs a name and one scope at least; nothing was changed."""

    code = "intake.agent"
    zh = "代办人要写姓名、凭什么代办、代办到哪一步，别的也不能太长，什么都没有改动。请补上再记。"


class AgentIdentityError(IntakeError):
    """The identity number of who acts for the applicant can't be one; nothing was changed."""

    code = "intake.agent-identity"
    zh = "代办人的证件号码不对，什么都没有改动。请对着证件改："


class InsistedUnnamedError(IntakeError):
    """Somebody insists, and it is not said who; nothing was handed in. Write the name."""

    code = "intake.insisted"
    zh = "请写明是谁坚持现在就交，这一件还没有交，草稿在。姓名不要超过的字数："


class WindowDayError(IntakeError):
    """That is no day, or one that is over; nothing was handed in."""

    code = "intake.day"
    zh = "日期写得不对或者已经过了，这一件还没有交，草稿在。请写成 2027-01-31 的样子："


class OwedLateError(IntakeError):
    """A paper is promised for a day after the limit of its item; nothing was handed in."""

    code = "intake.owed-late"
    zh = "答应补来的日子超过了事项规定的期限，这一件还没有交，草稿在。最晚到："


class CheckerMissingError(IntakeError):
    """The item asks for a second clerk, and none looked at it; nothing was handed in."""

    code = "intake.checker"
    zh = (
        "这个事项要由第二名办事员核对，这一件还没有交，草稿在。请另一名办事员在本页选姓名、输口令。"
    )


class FollowUpError(IntakeError):
    """Something that follows an application can't be taken."""

    code = "followup"
    zh = "这一项后续事项没有收下："


class SupplementEmptyError(FollowUpError):
    """Papers are to follow, and no page of any was taken in."""

    code = "followup.no-pages"
    zh = "还没有收下一页，没有交出去。请在要补的材料下面添加页，再交给县里。"


class FollowUpWrongError(FollowUpError):
    """What follows an application does not fit what stands around it."""

    code = "followup.wrong"
    zh = "填写的后续事项不完整或自相矛盾，没有收下。请改正后再提交："


class FollowUpTakenError(FollowUpError):
    """The id of this follow-up stands for something else here; nothing was stored."""

    code = "followup.id-taken"
    zh = "这个编号已经用于另一项内容，这一项没有收下。请换一个编号再提交："


class FollowUpUnknownError(FollowUpError):
    """Nothing with this id was sent or begun at this station."""

    code = "followup.unknown"
    zh = "本站没有这一份：可能写错了编号，或没写完就删去了："


class FollowUpManyError(FollowUpError):
    """Too many of these are begun and not sent; nothing was kept."""

    code = "followup.many"
    zh = "没写完的太多了，这一份没有存。请先把不要的删去。最多："


class FollowUpStrangerError(FollowUpError):
    """A follow-up names an application of another station; nothing else was touched."""

    code = "followup.of-another"
    zh = "所写的申请是另一个村站受理的，这一项没有收下。请核对申请编号："


class FollowUpWithdrawnError(FollowUpError):
    """A PC that is withdrawn or was replaced sealed it; it is kept in quarantine."""

    code = "followup.withdrawn"
    zh = "这台电脑正在停用或已经更换，这一项没有办理，原件留在县里备查。请在现用的电脑上重新提交："


class ApplicationUnknownError(IntakeError):
    """No application with this id at this station."""

    code = "intake.application-unknown"
    zh = "本站没有这个申请编号。"


class LockedError(IntakeError):
    """Personal data at this station is locked by the clerk's password."""

    code = "intake.locked"
    zh = "本站资料已加锁，请输入口令（--password-file 或 YIZHAN_PASSWORD_FILE）。"


class PasswordWrongError(IntakeError):
    """The password does not open this station's data."""

    code = "intake.password-wrong"
    zh = "口令不正确。"
