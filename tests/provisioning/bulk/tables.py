"""Tables of nodes as offices send them."""

from collections.abc import Sequence

HEADING = "code,name,role,parent,contact"
HUB = "451423103,水口镇,hub,451423,https://hub.example.cn:8441"
STATION = "451423103201,独山村,station,451423103,0771-8812345"


def table(*lines: str, heading: str = HEADING) -> bytes:
    """A table in UTF-8, with the line ends of a spreadsheet."""
    return "\r\n".join((heading, *lines, "")).encode()


def villages(count: int, parent: str = "451423103") -> Sequence[str]:
    """So many stations below one hub."""
    return [f"{parent}{300 + at:03},第{at}村,station,{parent},电话{at}" for at in range(count)]
