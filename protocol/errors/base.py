"""The root of the error tree, and whose fault an error is."""

from enum import Enum
from typing import ClassVar, Self

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
    zh: ClassVar[str] = "程序出错，请联系县中心管理员。"
    exit_code: ClassVar[int] = EXIT_REFUSED

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = 0  # pause that the peer asked for, where one did
        self.quote = ""  # what a peer wrote about it: for logs, and shown to nobody

    def asks_pause(self, seconds: int) -> Self:
        """The peer asks for at least so long a pause before it is called again."""
        self.retry_after_s = max(self.retry_after_s, seconds)
        return self

    def quoting(self, text: str) -> Self:
        """What the peer wrote about it."""
        self.quote = text
        return self

    @classmethod
    def english(cls) -> str:
        """Its words in English: what docs/errors.md says of it, too."""
        return (cls.__doc__ or "").strip().partition("\n")[0]

    def words(self, language: str = "zh") -> str:
        """What a person reads at every edge: words, then the detail that names the value; no code.

        Args:
            language: ``zh`` or ``en``; commands and sticks speak Chinese, pages both.
        """
        said = self.zh if language == "zh" else self.english()
        if not self.detail:
            return said.rstrip("：")
        gap = "" if said.endswith("：") else " "
        return f"{said}{gap}{self.detail}"

    def __str__(self) -> str:
        """The words in Chinese, and the code."""
        return f"{self.words()} [{self.code}]"

    def fields(self) -> dict[str, str]:
        """For a line of a log; what a peer wrote is marked as such."""
        said = {"peer_wrote": self.quote} if self.quote else {}
        return {"code": self.code, "detail": self.detail, **said}


class UsageError(YizhanError):
    """The command line, a configuration file or an identifier is wrong."""

    code = "usage"
    fault = Fault.OPERATOR
    zh = "命令或参数不正确，请按说明改正后重试。"
    exit_code = EXIT_USAGE


class TextError(UsageError):
    """A text or text file is in no encoding that we read, or holds what nobody can see."""

    code = "usage.text"
    zh = "文字读不出来："


class AddressError(UsageError):
    """An address that nobody could call."""

    code = "usage.address"
    zh = "网址不能用，应像 https://10.1.1.1:8440 这样。"


class AddressTakenError(AddressError):
    """Another node of the county is called at this address."""

    code = "usage.address-taken"
    zh = "这个网址已经登记给另一个节点，两处不能相同。请核对后换一个。"


class RefusedError(YizhanError):
    """What was asked is refused as a whole."""

    code = "refused"


class LineError(YizhanError):
    """The peer can't be reached now. Everything stays queued and is tried again."""

    code = "line"
    fault = Fault.LINE
    zh = "暂时连不上上级，资料都保存在本机，线路恢复后会自动发送。"
    exit_code = EXIT_UNREACHABLE


class InstanceBegunError(LineError):
    """The database was set back to an older copy, and begins another life; call again."""

    code = "line.life-begun"
    zh = "上级数据库曾被旧副本替换，已重新开始，稍后会自动重试。"


class JoinOnStickError(LineError):
    """The request to join was written to a stick; its answer is still to come."""

    code = "line.on-stick"
    zh = "开站申请已写入 U 盘。请送到枢纽或县中心导入，带回后再运行一次同样的命令。"


class ParentAbsentError(LineError):
    """The roster names no address of the parent yet: that hub has not been set up."""

    code = "line.parent-absent"
    zh = "上级枢纽还没有开通，资料都保存在本机，枢纽开通后会自动发送。"


class ParentStrangeError(LineError):
    """Whoever answers at the parent's address shows a key that is not the parent's by the roster.

    Nothing was sent to it. The newest roster is asked for: the parent may have got other keys.
    """

    code = "line.parent-strange"
    zh = "对方出示的密钥与名册不符，没有发送任何资料；资料都保存在本机，取得新名册后会自动重试。"


class BusyError(LineError):
    """The peer asks us to come back later."""

    code = "line.busy"
    zh = "上级正忙，稍后会自动重试。"


class QuotaError(BusyError):
    """The peer holds as much of this origin as it may; what it passes on makes room."""

    code = "line.quota"
    zh = "上级为本站保留的空间已满，资料保存在本机，腾出空间后自动重发。"


class ControlQuotaError(BusyError):
    """The peer holds as many control envelopes of this origin as it may."""

    code = "line.control-quota"
    zh = "上级为本站保留的控制消息空间已满，申请照常上报，控制消息稍后自动重发。"


class NoRoomError(BusyError):
    """The peer's disk is full; what was sent stays with its sender."""

    code = "line.no-room"
    zh = "上级磁盘已满，资料保存在本机，腾出空间后自动重发。"
