"""This machine's disk or data folder."""

from protocol.errors.base import Fault, RefusedError


class StoreError(RefusedError):
    """This machine can't keep its promise of durability now."""

    code = "store"
    fault = Fault.OPERATOR
    zh = "磁盘或数据文件夹读写出错，没有保存任何内容。请检查磁盘："


class DiskFullError(StoreError):
    """No room left on this disk; nothing was half-written."""

    code = "store.disk-full"
    zh = "磁盘空间不足，未保存任何内容，请清理磁盘后重试。"


class LeadElsewhereError(StoreError):
    """Another process of this county does that; the detail says where it runs."""

    code = "store.lead-elsewhere"
    zh = "这件事由县中心的主进程来做，本进程没有做；主进程在："


class LeadAwayError(StoreError):
    """The county's main process does not answer; nothing was done. The detail says where it was."""

    code = "store.lead-away"
    zh = "县中心的主进程没有应答，什么也没有做；请检查主进程，稍后再试。主进程上次在："


class LeadHereError(StoreError):
    """It reads or writes files, so it has to be asked on the main process's machine."""

    code = "store.lead-only"
    zh = "这条命令要读写文件，请在主进程所在的机器上、对主进程的数据文件夹运行："


class BlobsAwayError(StoreError):
    """The store of attachments can't be reached, or refuses; nothing is lost, it is tried again."""

    code = "store.blobs-away"
    zh = "附件存储（S3）连不上或拒绝了请求，没有丢失任何内容，恢复后会自动重试："


class ReadOnlyError(StoreError):
    """The disk can only be read: write-protected, or failing; what is on it can still be read."""

    code = "store.read-only"
    zh = "磁盘写保护或快坏了，只能读不能写，没有保存任何内容。请用 stick export 导到 U 盘："


class ForbiddenError(StoreError):
    """The system does not let this account do that."""

    code = "store.forbidden"
    zh = "当前系统账号无权使用这个文件夹或文件，请换成安装时的账号再运行："


class FileTooLargeError(DiskFullError):
    """A file may not grow so large: the file system ends there (FAT32: 4 GiB), or a limit does."""

    code = "store.file-too-large"
    zh = (
        "文件太大，这个磁盘放不下单个大文件（FAT32 最多 4 GiB，请换用 exFAT、NTFS 或 ext4），"
        "或超过了本进程的文件大小限制（ulimit -f）："
    )


class NameTakenError(StoreError):
    """Something has the name of a file that is to be written; it is as it was."""

    code = "store.name-taken"
    zh = "已有同名的文件或文件夹，未作改动，请换一个名字。"


class DamagedError(StoreError):
    """A file of the data folder is not what was written."""

    code = "store.damaged"
    zh = "数据文件夹有损坏，请联系县中心管理员。"


class NotJoinedError(StoreError):
    """The folder is not the data folder of such a node."""

    code = "store.not-joined"
    zh = "这个文件夹还没有开站，请先运行 join 或 init。"


class OtherNodeError(StoreError):
    """The data folder is another node's than this program is for, or another version runs on it."""

    code = "store.other-node"
    zh = "这个数据文件夹不是本程序的，或者正由别的版本打开，什么也没有改动。"


class NoLocksError(StoreError):
    """The disk of a folder can lock no file, so two programs could write to it at once."""

    code = "store.no-locks"
    zh = "这个磁盘不能给文件加锁（常见于网络共享盘），请把数据文件夹放到本机磁盘上。"


class InUseError(StoreError):
    """Another process owns the data folder and does not answer."""

    code = "store.in-use"
    zh = "数据文件夹正被另一个程序使用，请稍后再试。"


class OwnerStoppedError(StoreError):
    """The process that owns the data folder stopped in the middle of a command."""

    code = "store.owner-stopped"
    zh = "后台程序在执行命令时停止了，命令可能已经生效，请先用 status 核对。"


class NewerStoreError(StoreError):
    """The data folder was written by a newer version of the program."""

    code = "store.newer"
    zh = "数据文件夹由更新版本的程序写成，请先升级本程序。"


class BackupError(StoreError):
    """A backup can't be made or restored as asked; the county's data is as it was."""

    code = "backup"


class BackupRunningError(BackupError):
    """Another backup into the same folder is being made."""

    code = "backup.running"
    zh = "正在向这个文件夹备份，请等它完成后再试。"


class BackupPlaceError(BackupError):
    """The backup folder is, or lies in, the data folder that is to be saved."""

    code = "backup.place"
    zh = "备份不能放在数据文件夹里面，请另选一个磁盘上的文件夹。"


class BackupDamagedError(DamagedError):
    """A backup, or a blob that belongs to it, is not what was written; nothing was restored."""

    code = "backup.damaged"
    zh = "备份不完整或已损坏，未恢复任何内容，请换一份备份。"


class BackupSealedError(BackupError):
    """A backup is opened by the county's recovery key, or by its shares."""

    code = "backup.sealed"
    zh = "备份是加密的，请用 --recovery 指明恢复密钥文件，或用 --share 逐份给出分片。"


class BackupOtherKeyError(BackupSealedError):
    """The recovery key that was given is whole, and not the one that this backup is sealed for."""

    code = "backup.other-key"
    zh = "给出的恢复密钥打不开这份备份：它封给了另一把恢复密钥。请找备份当时用的那一把："


class BackupForeignError(BackupError):
    """The registrar of the county whose recovery key was given has not signed this backup."""

    code = "backup.unsigned"
    zh = "这份备份不是本县签发的，或已被改动，未恢复任何内容。它可能带有他人加入的账号和节点。"


class RecoveryKeyMissingError(BackupError):
    """The county has no recovery key, so nothing could open its backup."""

    code = "backup.no-recovery-key"
    zh = "本县还没有恢复密钥，请先运行 yizhan-provision recovery new。"


class RestorePlaceError(BackupError):
    """A restore goes into a new or empty folder and an empty database only."""

    code = "backup.not-empty"
    zh = "只能恢复到新的或空的数据文件夹和空的数据库，原有内容未作改动。"
