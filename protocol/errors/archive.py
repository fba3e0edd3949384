"""What is asked of archive packages and can't be done."""

from protocol.errors.base import Fault
from protocol.errors.office import CaseError


class ArchiveError(CaseError):
    """Base class of what is wrong with a package or a purge."""

    code = "archive"


class ArchiveUnknownError(ArchiveError):
    """The case has no package."""

    code = "archive.unknown"
    zh = "这一件还没有归档包，请先用 archive make 做好："


class ArchiveGoneError(ArchiveError):
    """The county has its copy of the package no more: the case was purged or erased."""

    code = "archive.gone"
    zh = "这一件的个人信息已经清除，县里不再保存它的归档包。请到接收单位调取："


class ArchiveDiffersError(ArchiveError):
    """What lies elsewhere is not the package that the county made."""

    code = "archive.differs"
    zh = "接收单位的文件和县里做的归档包不一致，没有登记移交。请重新拷贝后再核对："


class ArchiveTooLargeError(ArchiveError):
    """A package would not fit into one file."""

    code = "archive.too-large"
    zh = "这一件的材料太多，一个归档包装不下，没有归档。请联系程序提供方："


class PurgeYoungError(ArchiveError):
    """The day is not long enough ago."""

    code = "purge.young"
    zh = "日期太近，什么都没有清除。按规定，办件结束后至少要保存的天数："


class PurgeChangedError(ArchiveError):
    """Other cases than were agreed on would be purged."""

    code = "purge.changed"
    zh = "要清除的办件和先前看到的不一样了，什么都没有清除。请重新查看后再确认。现在的件数："


class PurgeAloneError(ArchiveError):
    """It takes a second person to purge."""

    code = "purge.alone"
    fault = Fault.OPERATOR
    zh = "清除个人信息要两个人，什么都没有清除。请另一人在“待确认”中确认。"
