"""Drafts at a station's desk: applications that are being filled in."""

from protocol.errors.base import Fault, RefusedError


class FillingError(RefusedError):
    """Something about an application that is being filled in."""

    code = "filling"
    fault = Fault.CLERK


class FillingHandedInError(FillingError):
    """It was handed in already; what was typed after that is kept nowhere."""

    code = "filling.handed-in"
    zh = "这份草稿已经交给县里，交出后又填的内容没有存。请在“全部申请”里查看这一件。"


class FillingBinnedError(FillingError):
    """It lies in the bin; what was typed after that was not saved."""

    code = "filling.binned"
    zh = "这份草稿在回收站里，之后填的内容没有存。请先从回收站取回，再继续填。"


class FillingUnknownError(FillingError):
    """No draft with this id at this station."""

    code = "filling.unknown"
    zh = "本站没有这份草稿：可能已经交给县里，或已在回收站里放满 30 天。"


class FillingElsewhereError(FillingError):
    """Another page has saved something else in this draft meanwhile; this was set aside."""

    code = "filling.elsewhere"
    zh = (
        "这份草稿同时有人在别处填，两边不一样。您填的没有盖掉那边，也没有丢。"
        "请按“核对”，看着两边定下来。"
    )


class FillingNewerError(FillingError):
    """A newer program saved it; it was not touched."""

    code = "filling.newer"
    fault = Fault.OPERATOR
    zh = "这份草稿是较新版本的程序存的，内容都在，没有动。请更新程序后再打开。"


class FillingVersionError(FillingError):
    """Its item has a new version, and it can't be handed in under the old one; it stays a draft."""

    code = "filling.version"
    zh = "这个事项变了，这一份不能按旧版交，还留在草稿里。请打开它看看有什么变化，改好再交。"
