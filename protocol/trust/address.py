"""Addresses that nodes are called at.

Source: docs/protocol.md section 10.1.
"""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from protocol.errors import AddressError
from protocol.limits import MAX_URL_CHARS
from protocol.text import identifier

_HOST = re.compile(r"[a-z0-9.-]+")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # as a last label it makes the whole host a number
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
_LONGEST_SHOWN = 60
_THIS_MACHINE = "localhost"


def checked_url(url: str) -> str:
    """An address that others can call: ``https://host:port``, without a slash at the end.

    What an input method leaves (full-width colons and digits) is read as it was meant. One place
    has one address: zeros before a port, and other ways to write a number, don't count.

    Raises:
        AddressError: anything else; the detail says what is wrong with it.
    """
    text = identifier(url)
    parts = _parts(text)
    if fault := _fault_of_host(parts.hostname or "") or _fault_around(parts):
        raise _wrong(url, fault)
    plain = f"https://{_plain_host(parts.hostname or '')}:{parts.port}"
    if len(plain) > MAX_URL_CHARS:
        raise _wrong(url, f"长度超过 {MAX_URL_CHARS} 个字符")
    return plain


def is_of_this_machine(url: str) -> bool:
    """Whether only programs on the same machine can call a checked address."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _THIS_MACHINE or host.endswith(f".{_THIS_MACHINE}")


def _plain_host(host: str) -> str:
    try:
        number = _number(host)
    except ValueError:
        return host
    return f"[{number}]" if isinstance(number, ipaddress.IPv6Address) else str(number)


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # is looked at only when it is asked for
    except ValueError:
        raise _wrong(text, "主机或端口写法不对，端口是 1 到 65535") from None
    if parts.scheme != "https":
        raise _wrong(text, "应以 https:// 开头")
    return parts


def _fault_around(parts: SplitResult) -> str:
    """What is wrong beside the host; empty if nothing."""
    if not parts.port:
        return "缺少端口，例如 https://10.1.1.1:8440"
    if "@" in parts.netloc:
        return "不能带用户名"
    if parts.path.removeprefix("/") or parts.query or parts.fragment:
        return "端口后面不能再有内容"
    return ""


def _fault_of_host(host: str) -> str:
    """What is wrong with the host; empty if nothing."""
    try:
        return _fault_of_number(_number(host))
    except ValueError:
        return _fault_of_name(host)


def _fault_of_name(host: str) -> str:
    labels = host.split(".")
    faults = (
        (not host, "缺少主机名或 IP 地址"),
        ("_" in host, "主机名不能有下划线"),
        (not host.isascii(), "主机名不能用中文，请改用 IP 地址或英文域名"),
        (not _HOST.fullmatch(host), "主机名只能有英文字母、数字、点和连字符"),
        (_NUMBER.fullmatch(labels[-1]), "IP 地址写法不对"),
        (
            not all(_LABEL.fullmatch(label) for label in labels),
            "主机名写法不对：点之间要有 1 到 63 个字符，不能以连字符开头或结尾",
        ),
    )
    return next((words for wrong, words in faults if wrong), "")


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address in ``host``; one written in the other family's way is what it stands for."""
    number = ipaddress.ip_address(host)
    mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    return mapped or number


def _fault_of_number(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if number.is_unspecified:
        return "这是“所有网卡”的意思，别人无法访问；请写本机在网络里的 IP 地址"
    if number.is_multicast or number == ipaddress.ip_address("255.255.255.255"):
        return "这是组播或广播地址，别人无法访问"
    if isinstance(number, ipaddress.IPv6Address):
        return "这是链路本地地址，别人无法访问" if number.is_link_local else ""
    if number in _THIS_NETWORK or number.is_reserved:
        return "这个地址段不分配给机器，别人无法访问"
    return ""


def _wrong(url: str, fault: str) -> AddressError:
    return AddressError(f"{url[:_LONGEST_SHOWN]!r}: {fault}")
