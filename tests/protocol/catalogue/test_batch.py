"""A line of a stack is taken apart without touching what was written in its form."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.batch import read_line
from protocol.errors import FormInvalidError, TextError, UsageError
from protocol.limits import MAX_BATCH_LINE_BYTES, MAX_FILES

ID = "0123456789abcdef0123456789abcdef"


def test_the_form_stays_as_it_was_written() -> None:
    line = '{"form": {"sum" : 1.10, "long": 12345678901234567.890}, "item": "养老"}'
    read = read_line(line.encode())
    assert (read.item, read.application, read.files) == ("养老", None, ())
    assert read.form == '{"sum" : 1.10, "long": 12345678901234567.890}'


def test_a_line_names_its_files_and_may_name_itself() -> None:
    line = f'{{"item":"a","form":{{}},"attach":{{"photo":["1.jpg","2.jpg"]}},"application":"{ID}"}}'
    read = read_line(line.encode())
    assert read.files == (("photo", "1.jpg"), ("photo", "2.jpg"))
    assert read.application == ID


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"item":"a"}', id="no form"),
        pytest.param(b'{"form":{}}', id="no item"),
        pytest.param(b'{"item":1,"form":{}}', id="an item that is no text"),
        pytest.param(b'{"item":"a","form":{},"more":1}', id="an unknown key"),
        pytest.param(b'{"item":"a","form":{"a":}}', id="a form that is no JSON"),
        pytest.param(b'{"item":"a","form":{},"attach":{"photo":"1.jpg"}}', id="a file, no list"),
        pytest.param(b'{"item":"a","form":{}} {}', id="something behind"),
        pytest.param(
            b'{"item":"a","form":{},"attach":{"photo":[' + b'"1",' * MAX_FILES + b'"1"]}}',
            id="too many files",
        ),
        pytest.param(b'{"item":"a","form":"' + b"x" * MAX_BATCH_LINE_BYTES + b'"}', id="too long"),
    ],
)
def test_what_is_no_line_of_a_stack_is_refused(line: bytes) -> None:
    with pytest.raises(FormInvalidError):
        read_line(line)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"item":"\xff","form":{}}', "不是文本"),
        (b'{"item":"a","form":{"a":"\xff"}}', "不是文本"),
        ('{"item":"a","form":{"name":"样福丽"}}'.encode("gbk"), "GBK"),
        ('{"item":"a","form":{}}'.encode("utf-16-le"), "UTF-16"),
    ],
)
def test_a_line_of_another_encoding_is_refused_for_that(line: bytes, why: str) -> None:
    with pytest.raises(TextError, match=why):
        read_line(line)


def test_a_mark_in_the_middle_of_joined_files_and_full_width_codes_are_read() -> None:
    read = read_line('\ufeff{"item":"４５１４２３－００１","form":{"a":"４００"}}'.encode())
    assert (read.item, read.form) == ("451423-001", '{"a":"４００"}')


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError):
        read_line(b'{"item":"a","form":{},"application":"mine"}')


@given(st.binary(max_size=80) | st.text('{}[]",:item form0', max_size=60).map(str.encode))
def test_foreign_lines_raise_nothing_but_our_own_error(line: bytes) -> None:
    with suppress(FormInvalidError, TextError):
        read_line(line)
