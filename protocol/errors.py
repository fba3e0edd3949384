"""The error tree: who is at fault, a stable code, and what the reader should do next.

::

    YizhanError
    |- UsageError                 the command was called wrongly               (exit 2)
    |- RefusedError               we refuse what was asked; nothing changed     (exit 3)
    |  |- IntakeError             what the clerk handed in
    |  |- EnrolmentError          kit, one-time code, joining
    |  |- CatalogueError          what the county wants to publish
    |  |- CaseError               what a handler asks of a case
    |  |- PeerError               bytes from outside that must not be acted on
    |  |- StoreError              this machine's disk or data folder
    |  |  '- BackupError          a backup or restore of the county
    |  '- StickError              a stick or drop folder            (protocol/stick.py)
    '- LineError                  the peer can't be reached; nothing is lost    (exit 4)

``code`` is stable and listed in docs/errors.md; ``zh`` is what a clerk reads. A peer that
refuses names its reason by the same codes (:func:`from_code`).
"""

from enum import Enum
from typing import ClassVar

EXIT_OK, EXIT_USAGE, EXIT_REFUSED, EXIT_UNREACHABLE = 0, 2, 3, 4


class Fault(Enum):
    """Whose fault an error is, so that the right person is told."""

    CLERK = "clerk"
    OPERATOR = "operator"
    PEER = "peer"
    LINE = "line"
    PROGRAM = "program"


class YizhanError(Exception):
    """Base of every error that this project raises on purpose."""

    code: ClassVar[str] = "yizhan"
    fault: ClassVar[Fault] = Fault.PROGRAM
    zh: ClassVar[str] = "程序出错,请联系县中心管理员。"
    exit_code: ClassVar[int] = EXIT_REFUSED

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = 0  # pause that the peer asked for, where one did

    def __str__(self) -> str:
        """Chinese first, then the detail that names the value, then the code."""
        return " ".join(part for part in (self.zh, self.detail, f"[{self.code}]") if part)


class UsageError(YizhanError):
    """The command line, a configuration file or an identifier is wrong."""

    code = "usage"
    fault = Fault.OPERATOR
    zh = "命令或参数不正确,请按说明改正后重试。"
    exit_code = EXIT_USAGE


class RefusedError(YizhanError):
    """What was asked is refused as a whole."""

    code = "refused"


class LineError(YizhanError):
    """The peer can't be reached now. Everything stays queued and is tried again."""

    code = "line"
    fault = Fault.LINE
    zh = "暂时连不上上级,资料都保存在本机,线路恢复后会自动发送。"
    exit_code = EXIT_UNREACHABLE


class IntakeError(RefusedError):
    """What the clerk handed in can't be taken; the clerk can mend it."""

    code = "intake"
    fault = Fault.CLERK


class ItemUnknownError(IntakeError):
    """No such item in the catalogue that this node holds."""

    code = "intake.item-unknown"
    zh = "事项目录里没有这个事项,请核对事项编码,或先与上级交换一次以更新目录。"


class FormInvalidError(IntakeError):
    """The form misses a required field or breaks the item's schema."""

    code = "intake.form-invalid"
    zh = "表单填写不完整或不正确,请按提示补正后再提交。"


class MaterialUnknownError(IntakeError):
    """An attachment names a material that the item does not have."""

    code = "intake.material-unknown"
    zh = "该事项没有这种材料,请核对材料名称。"


class MaterialMissingError(IntakeError):
    """The item asks for an electronic copy that was not attached."""

    code = "intake.material-missing"
    zh = "缺少必须上传的材料,请补齐后再提交。"


class AttachmentTooLargeError(IntakeError):
    """One file, or all files of one application, are over the limit."""

    code = "intake.attachment-too-large"
    zh = "附件超过大小限制,请压缩或分开后再提交。"


class FileUnreadableError(IntakeError):
    """A file can't be read, or is not what it should be."""

    code = "intake.file-unreadable"
    zh = "文件无法读取,请检查文件是否存在、是否损坏。"


class ApplicationUnknownError(IntakeError):
    """No application with this id at this station."""

    code = "intake.application-unknown"
    zh = "本站没有这个申请编号。"


class LockedError(IntakeError):
    """Personal data at this station is locked by the clerk's password."""

    code = "intake.locked"
    zh = "本站资料已加锁,请输入口令(--password-file 或 YIZHAN_PASSWORD_FILE)。"


class PasswordWrongError(IntakeError):
    """The password does not open this station's data."""

    code = "intake.password-wrong"
    zh = "口令不正确。"


class EnrolmentError(RefusedError):
    """Joining is refused."""

    code = "enrolment"
    fault = Fault.OPERATOR


class KitDamagedError(EnrolmentError):
    """The kit is not whole, or not signed by the authority that it names."""

    code = "kit.damaged"
    zh = "开站包已损坏或被改动,请向县中心重新领取。"


class KitForeignError(EnrolmentError):
    """The kit was made by another county than the one that answers."""

    code = "kit.other-county"
    zh = "这个开站包不属于所连接的县,请核对开站包与网址。"


class KitRoleError(EnrolmentError):
    """The kit is for a node of another role."""

    code = "kit.other-role"
    zh = "这个开站包不是给本类节点用的,请核对是乡镇枢纽还是村站。"


class CodeWrongError(EnrolmentError):
    """The one-time code does not fit the kit."""

    code = "code.wrong"
    zh = "一次性开站码不正确,请核对纸条后重新输入。"


class CodeUsedError(EnrolmentError):
    """The one-time code was spent by another machine."""

    code = "code.used"
    zh = "这个开站码已经用过,请向县中心申请新的开站包。"


class CodeBlockedError(EnrolmentError):
    """Too many wrong codes were tried for this kit; a new kit is needed."""

    code = "code.blocked"
    zh = "开站码输错次数过多,已停用,请向县中心申请新的开站包。"


class AlreadyJoinedError(EnrolmentError):
    """The data folder belongs to a node already."""

    code = "enrolment.already-joined"
    zh = "这个数据文件夹已经开站,请换一个空文件夹。"


class NodeUnknownError(EnrolmentError):
    """The roster has no such node, or not in the role that is needed."""

    code = "enrolment.node-unknown"
    zh = "名册里没有这个节点。"


class CatalogueError(RefusedError):
    """The catalogue file can't become a release."""

    code = "catalogue.invalid"
    fault = Fault.OPERATOR
    zh = "事项目录文件有误,未发布任何内容。"


class CatalogueMissingError(RefusedError):
    """This node holds no catalogue yet."""

    code = "catalogue.missing"
    fault = Fault.OPERATOR
    zh = "本站还没有事项目录,请先与上级交换一次。"


class CaseError(RefusedError):
    """A case can't be acted on as asked."""

    code = "case"
    fault = Fault.OPERATOR


class CaseUnknownError(CaseError):
    """No case with this number."""

    code = "case.unknown"
    zh = "没有这个办件。"


class CaseClosedError(CaseError):
    """The case has its decision already."""

    code = "case.closed"
    zh = "该办件已经办结,不能再次决定。"


class PeerError(RefusedError):
    """The peer sent something that we must not act on. Our own data is untouched."""

    code = "peer"
    fault = Fault.PEER
    zh = "收到的数据不正确,已拒收,本机资料未受影响。"


class MalformedError(PeerError):
    """Bytes that are not a frame or message of this protocol."""

    code = "peer.malformed"


class TooLargeError(PeerError):
    """Over one of the limits of protocol/limits.py."""

    code = "peer.too-large"


class SignatureError(PeerError):
    """A signature does not fit its bytes, or its signer is not known."""

    code = "peer.signature"


class UnopenableError(PeerError):
    """Sealed bytes that can't be opened with the key they name."""

    code = "peer.unopenable"


class DigestError(PeerError):
    """The content does not have the hash that names it."""

    code = "peer.digest"


class UnexpectedError(PeerError):
    """A well-formed message at a moment when it makes no sense."""

    code = "peer.unexpected"


class RollbackError(PeerError):
    """A roster or release older than the one we hold."""

    code = "peer.rollback"


class BlobUnknownError(PeerError):
    """A part of a blob that no envelope here has announced."""

    code = "peer.blob-unknown"


class NotOnRosterError(PeerError):
    """The roster does not let this node speak here."""

    code = "peer.not-on-roster"
    zh = "名册不允许本节点在此交换,请联系县中心管理员。"


class VersionError(PeerError):
    """The two programs share no version of the protocol."""

    code = "peer.version"
    zh = "双方程序版本不相容,请升级较旧的一方。"


class BusyError(LineError):
    """The peer asks us to come back later."""

    code = "line.busy"
    zh = "上级正忙,稍后会自动重试。"


class StoreError(RefusedError):
    """This machine can't keep its promise of durability now."""

    code = "store"
    fault = Fault.OPERATOR


class DiskFullError(StoreError):
    """No room left on this disk; nothing was half-written."""

    code = "store.disk-full"
    zh = "磁盘空间不足,未保存任何内容,请清理磁盘后重试。"


class DamagedError(StoreError):
    """A file of the data folder is not what was written."""

    code = "store.damaged"
    zh = "数据文件夹有损坏,请联系县中心管理员。"


class NotJoinedError(StoreError):
    """The folder is not the data folder of such a node."""

    code = "store.not-joined"
    zh = "这个文件夹还没有开站,请先运行 join 或 init。"


class InUseError(StoreError):
    """Another process owns the data folder and does not answer."""

    code = "store.in-use"
    zh = "数据文件夹正被另一个程序使用,请稍后再试。"


class OwnerStoppedError(StoreError):
    """The process that owns the data folder stopped in the middle of a command."""

    code = "store.owner-stopped"
    zh = "后台程序在执行命令时停止了,命令可能已经生效,请先用 status 核对。"


class NewerStoreError(StoreError):
    """The data folder was written by a newer version of the program."""

    code = "store.newer"
    zh = "数据文件夹由更新版本的程序写成,请先升级本程序。"


class BackupError(StoreError):
    """A backup can't be made or restored as asked; the county's data is as it was."""

    code = "backup"


class BackupRunningError(BackupError):
    """Another backup into the same folder is being made."""

    code = "backup.running"
    zh = "正在向这个文件夹备份,请等它完成后再试。"


class BackupPlaceError(BackupError):
    """The backup folder is, or lies in, the data folder that is to be saved."""

    code = "backup.place"
    zh = "备份不能放在数据文件夹里面,请另选一个磁盘上的文件夹。"


class BackupDamagedError(DamagedError):
    """A backup, or a blob that belongs to it, is not what was written; nothing was restored."""

    code = "backup.damaged"
    zh = "备份不完整或已损坏,未恢复任何内容,请换一份备份。"


class RestorePlaceError(BackupError):
    """A restore goes into a new or empty folder and an empty database only."""

    code = "backup.not-empty"
    zh = "只能恢复到新的或空的数据文件夹和空的数据库,原有内容未作改动。"


def every_error(base: type[YizhanError] = YizhanError) -> list[type[YizhanError]]:
    """``base`` and everything below it, parents first."""
    return [base, *(e for child in base.__subclasses__() for e in every_error(child))]


def from_code(code: str, detail: str) -> YizhanError:
    """The error that a peer named by its code; an unknown code becomes a RefusedError."""
    kinds = {kind.code: kind for kind in every_error()}
    return kinds.get(code, RefusedError)(detail)
