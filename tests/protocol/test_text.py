"""Text as people's keyboards and programs make it is read by its meaning, or refused in words."""

import codecs

import pytest

from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.typed import form_as_meant
from protocol.errors import TextError, UsageError
from protocol.ids import division_code, node_id
from protocol.text import any_text, decode, identifier, person_name, secret, visible

SCHEMA = FormSchema(
    {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "id": {"type": "string", "format": "cn-resident-id"},
            "phone": {"type": "string", "format": "cn-mobile"},
            "month": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
            "sum": {"type": "number"},
        },
        "additionalProperties": False,
    }
)


@pytest.mark.parametrize(
    "typed",
    [
        "7KQF-3M2P",
        "７ＫＱＦ－３Ｍ２Ｐ",
        "7KQF—3M2P",
        "7KQF–3M2P",
        "\u202a7KQF-3M2P\u202c",
        "\ufeff7KQF\u200b-3M2P ",
        "\u00a07KQF-3M2P\u3000",
    ],
)
def test_an_identifier_is_read_by_its_meaning(typed: str) -> None:
    assert identifier(typed) == "7KQF-3M2P"


@pytest.mark.parametrize("typed", ["４５１４２３", " 451423", "451423\u202c", "\u00a0451423"])
def test_a_division_code_from_an_input_method(typed: str) -> None:
    assert division_code(typed) == "451423000000"


def test_what_is_no_code_is_said_in_words() -> None:
    with pytest.raises(UsageError, match="6、9或12位数字"):
        division_code("45142")
    with pytest.raises(UsageError, match="16位"):
        node_id("451423")


@pytest.mark.parametrize("dot", "·・･‧•∙⋅")
def test_middle_dots_in_a_name_are_one(dot: str) -> None:
    assert person_name(f"买买提{dot}艾力") == "买买提·艾力"


def test_a_name_keeps_what_is_rare() -> None:
    for name in ("𠮷\U00030000\U0002ebf0", "\ue000家村", "👨‍👩‍👧 家", "Ann. Lee"):
        assert person_name(name) == name
    assert person_name("e\u0301  a\u200b\ufeff") == "é a"
    assert visible("a\u202eb\x00c\udc80") == "abc"


def test_a_secret_is_the_same_on_every_keyboard() -> None:
    assert secret("\ufeffＡbc１２３") == "Abc123"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_names(mark: bytes, encoding: str) -> None:
    assert decode(mark + "龙州𠮷\r\n".encode(encoding)) == "龙州𠮷\r\n"


def test_what_table_programs_save_is_read_as_well() -> None:
    for encoding in ("gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert any_text("龙州县".encode(encoding)) == "龙州县"
    assert any_text("𠮷".encode("gb18030")) == "𠮷"
    for data in (b"\xff\xff\xff", "ab".encode("utf-16-le"), b"\xff\xfe\x00"):
        with pytest.raises(TextError):
            any_text(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("龙州".encode("gbk"), "GBK"),
        ("ab".encode("utf-16-le"), "UTF-16"),
        (b"\xff\xff\xff", "UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "标记说是 UTF-16，内容却不是.*UTF-8"),
        (b"\xff\xfe\x00", "标记说是 UTF-16，内容却不是"),
        (codecs.BOM_UTF32_LE + b"a\0", "标记说是 UTF-32，内容却不是"),
        (codecs.BOM_UTF8 + "龙州".encode("gbk"), "标记说是 UTF-8，内容却不是"),
    ],
)
def test_another_encoding_is_refused_by_what_it_is(data: bytes, words: str) -> None:
    with pytest.raises(TextError, match=words):
        decode(data)


@pytest.mark.parametrize(
    ("field", "typed", "meant"),
    [
        ("id", "45142319000101107x", "45142319000101107X"),
        ("id", "４５１４２３１９０００１０１１０７Ｘ", "45142319000101107X"),
        ("id", "\u202c45142319000101107X", "45142319000101107X"),
        ("id", " 45142319000101107X ", "45142319000101107X"),
        ("phone", "１９９０００02835", "19900002835"),
        ("month", "２０２２－１２", "2022-12"),
        ("month", "2022—12", "2022-12"),
        ("name", "样\u200b福丽\ufeff", "样福丽"),
        ("name", "买买提・艾力", "买买提・艾力"),
        ("name", "第１组 ＡＢ", "第１组 ＡＢ"),
        ("name", "两\n行", "两\n行"),
    ],
)
def test_a_field_is_read_by_its_meaning(field: str, typed: str, meant: str) -> None:
    data = f'{{"{field}": {_json(typed)}, "sum": 1.10}}'.encode()
    form, text = form_as_meant(SCHEMA, data)
    assert form[field] == meant
    assert text == f'{{"{field}":{_json(meant)},"sum":1.10}}'


def test_a_form_that_fits_stays_as_it_is() -> None:
    data = '{"name":"Ａ","id":"45142319000101107X","sum":1.10}'.encode()
    assert form_as_meant(SCHEMA, data)[1].encode() == data


def test_a_form_of_utf_16_is_read() -> None:
    assert form_as_meant(SCHEMA, '\ufeff{"name":"样"}'.encode("utf-16-le"))[0] == {"name": "样"}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("4514231900010110", "18位，现有16位"),
        ("45142319000101107A", "末位"),
        ("451423190013011073", "19001301"),
        ("451423190001011071", "校验位"),
    ],
)
def test_what_is_wrong_with_a_number_is_said(number: str, words: str) -> None:
    with pytest.raises(Exception, match=words) as told:
        form_as_meant(SCHEMA, f'{{"id": "{number}"}}'.encode())
    assert number not in str(told.value)


def _json(text: str) -> str:
    return '"' + text.replace("\n", "\\n") + '"'
