"""What may be called, and what is wrong with what may not."""

import pytest

from protocol.errors import AddressError
from protocol.limits import MAX_URL_CHARS
from protocol.trust.address import checked_url, is_of_this_machine

LABELS = ("a" * 49 + ".") * 9
LONGEST = MAX_URL_CHARS - len("https://.cn:8440")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://127.0.0.1:8440", "https://127.0.0.1:8440"),
        ("https://hub.example.cn:443/", "https://hub.example.cn:443"),
        ("https://Hub.Example.CN:8441", "https://hub.example.cn:8441"),
        ("https://[::1]:8440", "https://[::1]:8440"),
        ("https://[0:0:0:0:0:0:0:1]:8440", "https://[::1]:8440"),
        ("https://10.1.1.1:08440", "https://10.1.1.1:8440"),
        ("https://[::ffff:10.1.1.1]:8440", "https://10.1.1.1:8440"),
        ("https://hub-1.x2.cn:8440", "https://hub-1.x2.cn:8440"),
        (" https://10.1.1.1:8440\u200b", "https://10.1.1.1:8440"),
        ("https：//10.1.1.1：8440", "https://10.1.1.1:8440"),
        ("ｈｔｔｐｓ：／／１０．１．１．１：８４４０", "https://10.1.1.1:8440"),
        (f"https://{LABELS[:LONGEST]}.cn:8440", f"https://{LABELS[:LONGEST]}.cn:8440"),
    ],
)
def test_an_address_is_host_and_port(url: str, kept: str) -> None:
    assert checked_url(url) == kept


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "https://"),
        ("hub.example.cn:8441", "https://"),
        ("http://hub.example.cn:8441", "https://"),
        ("https://", "缺少主机"),
        ("https://:8441", "缺少主机"),
        ("https://127.0.0.1", "缺少端口"),
        ("https://localhost", "缺少端口"),
        ("https://hub.example.cn:", "缺少端口"),
        ("https://hub.example.cn:0", "缺少端口"),
        ("https://hub.example.cn:99999", "端口"),
        ("https://hub.example.cn:port", "端口"),
        ("https://0.0.0.0:8440", "所有网卡"),
        ("https://[::]:8440", "所有网卡"),
        ("https://224.0.0.1:8440", "组播"),
        ("https://255.255.255.255:8440", "广播"),
        ("https://[::ffff:0.0.0.0]:8440", "所有网卡"),
        ("https://[::ffff:0:0]:8440", "所有网卡"),
        ("https://[::ffff:224.0.0.1]:8440", "组播"),
        ("https://[ff02::1]:8440", "组播"),
        ("https://[fe80::1]:8440", "链路本地"),
        ("https://0.0.0.1:8440", "不分配"),
        ("https://240.0.0.1:8440", "不分配"),
        ("https://0x7f.1:8440", "IP 地址写法"),
        ("https://0x7f000001:8440", "IP 地址写法"),
        ("https://2130706433:8440", "IP 地址写法"),
        ("https://hub.0x1:8440", "IP 地址写法"),
        ("https://a..b:8440", "主机名写法"),
        ("https://.b:8440", "主机名写法"),
        ("https://a.b.:8440", "主机名写法"),
        ("https://-a.cn:8440", "主机名写法"),
        ("https://a-.cn:8440", "主机名写法"),
        (f"https://{'a' * 64}.cn:8440", "主机名写法"),
        ("https://10.1.1.256:8440", "IP 地址写法"),
        ("https://10.1.1:8440", "IP 地址写法"),
        ("https://clerk@hub.example.cn:1", "用户名"),
        ("https://hub.example.cn:1/path", "端口后面"),
        ("https://hub.example.cn:1?query=1", "端口后面"),
        ("https://hub.example.cn:1#part", "端口后面"),
        ("https://乡镇.example.cn:1", "中文"),
        ("https://hub_1.example.cn:1", "下划线"),
        ("https://-hub.example.cn:1", "主机名写法"),
        ("https://hub example.cn:1", "主机名只能"),
        ("https://[::1", "写法"),
        (f"https://{LABELS[: LONGEST + 1]}.cn:8440", "长度"),
    ],
)
def test_what_nobody_can_call_is_refused_by_what_is_wrong_with_it(url: str, fault: str) -> None:
    with pytest.raises(AddressError, match=fault):
        checked_url(url)


def test_an_address_of_this_machine_alone_is_known_as_such() -> None:
    here = ("https://localhost:1", "https://127.0.0.1:1", "https://127.8.0.1:1", "https://[::1]:1")
    assert all(map(is_of_this_machine, here))
    assert not is_of_this_machine("https://10.1.1.1:8440")
    assert not is_of_this_machine("https://localhost.example.cn:1")
