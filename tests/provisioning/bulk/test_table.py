"""Tables as spreadsheets write them, and every fault of them with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import UsageError
from protocol.limits import MAX_ROSTER_LINES
from protocol.trust.roster import Role
from provisioning.bulk.table import read_table
from provisioning.invitation import NewNode
from tests.provisioning.bulk.tables import HEADING, HUB, STATION, table

TEXT = table(HUB, STATION).decode()
READ = [
    NewNode(
        role=Role.HUB,
        code="451423103000",
        name="水口镇",
        parent="451423000000",
        url="https://hub.example.cn:8441",
    ),
    NewNode(
        role=Role.STATION,
        code="451423103201",
        name="独山村",
        parent="451423103000",
        contact="0771-8812345",
    ),
]


def newcomers(data: bytes) -> list[NewNode]:
    read = read_table(data)
    assert read.faults == []
    return [line.newcomer for line in read.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "，"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_any_spreadsheet_will_do(encoding: str, separator: str, end: str) -> None:
    text = TEXT.replace(",", separator).replace("\r\n", end)
    assert newcomers(text.encode(encoding)) == READ


def test_the_headings_may_be_chinese_and_in_any_order() -> None:
    heading = "角色,上级,名称,区划代码,备注,联系电话"
    line = "村站,451423103,独山村,451423103201,远,0771-8812345"
    assert newcomers(table(line, heading=heading)) == READ[1:]


def test_a_column_for_addresses_leaves_the_contact_alone() -> None:
    line = "451423103,水口镇,枢纽,,李站长,https://hub.example.cn:8441"
    (hub,) = newcomers(table(line, heading=HEADING + ",url"))
    assert (hub.url, hub.contact, hub.parent) == ("https://hub.example.cn:8441", "李站长", None)


def test_lines_are_counted_as_an_editor_does() -> None:
    quoted = '451423103202,"独山\n村",station,451423103,'
    read = read_table(table(HUB, "", ",,,,", quoted, "45142310320,短村,station,451423103,"))
    assert [line.number for line in read.lines] == [2]
    assert [(fault.line, fault.code) for fault in read.faults] == [(5, "usage"), (7, "usage")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("4.51423E+11,水口镇,hub,,", "科学计数法"),
        ("45142310,水口镇,hub,,", "6、9 或 12 位"),
        ("451423103,,hub,,", "名称"),
        ("451423103,水口镇,邮局,,", "邮局"),
        ("451423103", "名称|角色"),
        ("451423103,水口镇,hub,上级不明,", "上级不明"),
        ("451423103,水口镇,hub,," + "长" * 101, "联系方式"),
    ],
)
def test_a_fault_says_what_is_wrong(line: str, words: str) -> None:
    (fault,) = read_table(table(line, STATION)).faults
    assert fault.line == 2
    assert any(word in fault.reason for word in words.split("|"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        "名称,角色\n水口镇,hub\n".encode(),
        table('451423103,"水口镇,hub,,'),
        table(*[STATION] * (MAX_ROSTER_LINES + 1)),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(UsageError):
        read_table(data)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_refusal(noise: bytes) -> None:
    for data in (noise, HEADING.encode() + b"\n" + noise):
        try:
            read = read_table(data)
        except UsageError:
            continue
        assert all(fault.reason for fault in read.faults)
