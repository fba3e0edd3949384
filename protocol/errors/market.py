"""Market day at a station's desk: waiting numbers, and one item for many people."""

from collections.abc import Sequence

from protocol.errors.base import Fault, RefusedError


class WaitingError(RefusedError):
    """Something about waiting numbers."""

    code = "waiting"
    fault = Fault.CLERK


class WaitingNumberError(WaitingError):
    """No such number today, or it is not where this can be done to it."""

    code = "waiting.number"
    zh = "今天没有这个号，或者它已经叫过、办完了，没有改动。请看叫号页上的名单，号码："


class WaitingFullError(WaitingError):
    """So many numbers were given out today that no more are."""

    code = "waiting.full"
    zh = "今天的号已经发完，没有再发。请群众改天来，或者不取号直接到窗口。今天发了："


class WaitingLeftError(WaitingError):
    """People still wait, so the numbers don't begin anew."""

    code = "waiting.left"
    zh = "还有人在等或正在办，不能从 1 号重新开始，号没有动。请先叫完或办完，还有："


class BatchError(RefusedError):
    """Something about one item for many people."""

    code = "batch"
    fault = Fault.CLERK


class BatchUnknownError(BatchError):
    """No batch with this id at this station, or no such row in it."""

    code = "batch.unknown"
    zh = "本站没有这一批，或者这一批里没有这个人，什么都没有改动。请回到“一批人一起办”的清单。"


class BatchPasteError(BatchError):
    """What was pasted does not fit the table; no row was kept."""

    code = "batch.paste"
    zh = "粘贴的内容和表格的列对不上，一行都没有存。请照列的顺序复制，或者连标题行一起复制："


class BatchFullError(BatchError):
    """More rows than one batch may have; none of the new ones was kept."""

    code = "batch.full"
    zh = "一批最多这么多人，新的一行都没有存。其余的人请另开一批："


class BatchElsewhereError(BatchError):
    """Another open page has saved these rows since; they stay as it left them."""

    code = "batch.elsewhere"
    zh = (
        "标出的几行刚在别处改过，这里填的没有存，还在这一页；其余的都存好了。"
        "请看两边，留下哪个就写哪个，再按“存好并检查”。"
    )

    def __init__(self, detail: str = "", *, rows: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.rows = tuple(rows)  # ids of the applications that they become
