"""Tables as offices export them: read rightly, or refused in words of use."""

import pytest

from protocol.errors import UsageError
from provisioning.bulk.table import read_table

HEAD = "区划代码,名称,角色,上级\n"
HUB = "451423103,金龙镇,枢纽,\n"


def faults(text: str) -> list[str]:
    return [fault.reason for fault in read_table(text.encode()).faults]


@pytest.mark.parametrize(
    "text",
    [
        "龙州县名册,,,\n" + HEAD + HUB,
        "\n2026年11月\n" + HEAD + HUB,
        "行政区划代码,名称,角色\n451423103,金龙镇,枢纽\n",
        HEAD + '"=""451423103""",金龙镇,枢纽,\n',
        HEAD + "`451423103,金龙镇,枢纽,\n",
        HEAD + "'451423103,金龙镇,枢纽,\n",
        HEAD + "451423103\u202c,金龙镇,枢纽,\n",
        HEAD + "４５１４２３１０３,金龙镇,枢纽,\n",
        '区 划 代 码,"名\n称*",角色（枢纽或村站）：\n451423103,金龙镇,枢纽\n',
        (HEAD + HUB).replace(",", "，"),
        "\ufeff区划代码\u200b,名称,角色\n451423103,金龙镇,枢纽\n",
        (HEAD + HUB).replace("\n", "\r\n"),
    ],
)
def test_a_table_is_read(text: str) -> None:
    (line,) = read_table(text.encode()).lines
    assert (line.newcomer.code, line.newcomer.name) == ("451423103000", "金龙镇")


def test_a_table_of_utf_16_is_read() -> None:
    data = b"\xff\xfe" + (HEAD + HUB).replace(",", "\t").encode("utf-16-le")
    assert len(read_table(data).lines) == 1


@pytest.mark.parametrize("data", [b"PK\x03\x04\xff\xff", b"\xd0\xcf\x11\xe0\xa1"])
def test_a_workbook_asks_for_csv(data: bytes) -> None:
    with pytest.raises(UsageError, match="另存为 CSV"):
        read_table(data)


def test_missing_columns_are_named_in_chinese() -> None:
    with pytest.raises(UsageError, match="区划代码、角色"):
        read_table("名称,备注\n金龙镇,x\n".encode())


def test_a_heading_counts_in_the_first_ten_lines_only() -> None:
    assert len(read_table(("x\n" * 9 + HEAD + HUB).encode()).lines) == 1
    with pytest.raises(UsageError, match="前 10 行"):
        read_table(("x\n" * 10 + HEAD + HUB).encode())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("451423103201,甲村,村站,金龙镇", "“上级”一栏写的是名称"),
        ("4.51423E+11,甲村,村站,", "科学计数法"),
        ("45142310x,甲村,村站,", "“区划代码”一栏"),
        ("451423103201,甲村,村站,45142", "“上级”一栏"),
    ],
)
def test_a_fault_names_its_column(line: str, words: str) -> None:
    (reason,) = faults(HEAD + line + "\n")
    assert words in reason
