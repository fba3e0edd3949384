"""Files that people get: decisions, attachments, kits, exports."""

from protocol.errors.store import DiskFullError, StoreError


class PaperError(StoreError):
    """A file for people can't be written where it was asked for."""

    code = "paper"
    zh = "文件没有写出，请换一个文件夹或 U 盘再试："


class PaperFullError(DiskFullError):
    """No room for a file; no part of it was left behind."""

    code = "paper.full"
    zh = "目标磁盘或 U 盘空间不足，这个文件没有写出，也没有留下半个文件。请清理或换一个再试："


class PaperFolderError(PaperError):
    """The folder for files is none, can't be made, or can't be written to."""

    code = "paper.folder"
    zh = "不能往这个文件夹里写文件（不存在、不是文件夹、写保护或没有权限），请换一个再试："


class KitUnwrittenError(PaperError):
    """The node is on the roster, and its kit could not be written."""

    code = "paper.kit"
    zh = "节点已经登记，但开站包没能写出。请换一个位置，用 yizhan-provision invite-again 重新出包："
