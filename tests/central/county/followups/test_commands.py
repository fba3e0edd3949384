"""Letters and counts on a terminal: what a village wrote stays on its line."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from central.county.casework.calls import FollowUpShown
from central.county.followups.calls import ADVISED, LETTERS, AdvisedCount, LetterShown
from central.county.followups.commands import letter_commands
from protocol.records.followups import Letter, LetterKind, Said

HOSTILE = "路灯坏了\n已答复\x1b[1A"
_LETTER = LetterShown(
    station="a" * 16,
    name="独山村",
    case=None,
    letter=FollowUpShown(
        follow_up="11" * 16,
        about="letter",
        said=Said(subject=Letter(kind=LetterKind.MAILBOX, words=HOSTILE), clerk="农小芳"),
        received_ms=1,
        complete=True,
        attachments=(),
        erased_ms=None,
    ),
    answer=None,
    answered_ms=None,
)
_COUNT = AdvisedCount(item=HOSTILE, station="a" * 16, village="", count=1)


@pytest.mark.parametrize(("name", "lines"), [("letters", 1), ("letter", 1), ("advised", 2)])
def test_what_a_village_wrote_stays_on_its_line(tmp_path: Path, name: str, lines: int) -> None:
    pages = [[_LETTER], []]

    def ask(data: Path, call: Any, args: object, report: object = None) -> Any:
        del data, args, report
        return [_COUNT] if call is ADVISED else pages.pop(0) if call is LETTERS else _LETTER

    (command,) = [one for one in letter_commands(ask) if one.name == name]
    asked = [str(tmp_path), *(["11" * 16] if name == "letter" else [])]
    done = CliRunner().invoke(command, asked, catch_exceptions=False)
    assert len(done.stdout.splitlines()) == lines
    assert "\x1b" not in done.stdout
