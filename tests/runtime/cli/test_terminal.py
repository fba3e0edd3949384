"""What came from elsewhere can not steer the terminal that shows it."""

import pytest

from runtime.cli.terminal import one_line, print_table

HOSTILE = "a\x1b[2Jb\r\nc\u202ed\x9b"


def test_nothing_moves_a_cursor_turns_letters_or_begins_a_line() -> None:
    assert one_line(HOSTILE) == "a [2Jb  c d "
    assert one_line("韦\u3000小宝") == "韦\u3000小宝"


def test_a_row_of_a_table_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("甲", "乙"), [(HOSTILE, "x")])
    head, row = capsys.readouterr().out.splitlines()
    assert head.startswith("甲")
    assert row.split() == ["a", "[2Jb", "c", "d", "x"]
