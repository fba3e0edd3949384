"""A stick or drop folder that can't be read, written or trusted."""

from protocol.errors.base import Fault, RefusedError
from protocol.errors.store import DiskFullError


class StickError(RefusedError):
    """A stick, or one file on it, is not what it should be."""

    code = "stick"
    fault = Fault.OPERATOR
    zh = "U 盘有问题，请更换后重试。"


class StickMissingError(StickError):
    """The folder holds nothing that was exported."""

    code = "stick.none"
    zh = "这个文件夹里没有驿站导出的资料，请核对 U 盘和文件夹。"


class StickNothingError(StickError):
    """The stick holds exports, and nothing of them is for this node."""

    code = "stick.nothing"
    zh = "这个 U 盘里没有给本机的资料，什么也没有导入，请核对 U 盘。"


class StickFolderError(StickError):
    """The folder that was named is not there, or is none."""

    code = "stick.no-folder"
    zh = "没有这个文件夹，请插好 U 盘再选一次，或核对路径。"


class StickHostileError(StickError):
    """Links in place of folders, or more than an export ever writes: nothing was taken."""

    code = "stick.hostile"
    zh = "U 盘上的内容异常，已整体拒收，本机资料未受影响。"


class StickUnwritableError(StickError):
    """The stick can't be written: pulled out, read-only, or broken."""

    code = "stick.unwritable"
    zh = "U 盘写不进去（可能已拔出或写保护），请处理后再导出一次。"


class StickUnreadableError(StickError):
    """A file can't be read, or is no plain file."""

    code = "stick.unreadable"
    zh = "U 盘上的文件读不出来，请在导出的地方重新导出。"


class StickIncompleteError(StickError):
    """A manifest, or a file that it names, is missing or cut short."""

    code = "stick.incomplete"
    zh = "U 盘上的资料不全（可能中途拔出），请在导出的地方重新导出。"


class StickFullError(DiskFullError):
    """No room left on the stick; what was written so far can be imported."""

    code = "stick.full"
    zh = "U 盘空间不足，已写入的部分仍然有效，请换一个 U 盘或清理后再导出一次。"
