"""Tables of words are read as the library of the format reads them."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from runtime.web.po import folder_of, table_of, words_in

TABLES = (
    ("runtime.web", "en.po"),
    ("runtime.web", "sentences.po"),
    ("station_agent.desk", "en.po"),
    ("central.pages", "en.po"),
)


@pytest.mark.parametrize(("package", "name"), TABLES)
def test_every_table_says_what_the_library_reads_in_it(package: str, name: str) -> None:
    with (folder_of(package) / "locale" / name).open("rb") as file:
        found = read_po(file, locale="en")
    assert table_of(package, name) == {str(one.id): one.string for one in found if one.id}


def test_quoted_lines_are_joined_and_their_escapes_read() -> None:
    text = 'msgid ""\nmsgstr "Language: en\\n"\n\n# why\nmsgid "一"\n"二"\nmsgstr "\\"a\\"\\tb"\n'
    assert words_in(text) == {"一二": '"a"\tb'}


@pytest.mark.parametrize("line", ['msgid_plural "x"', "msgid x", '"nothing before it"', "msgstr"])
def test_a_line_of_no_table_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        words_in(line)


def test_a_package_without_files_has_no_table(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no package"):
        table_of("runtime.notify", "en.po")
