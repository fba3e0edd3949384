"""Fields are judged by what is sent of them."""

from datetime import date

import pytest

from protocol.records.followups import Letter
from station_agent.desk.writing.fields import faults_of
from station_agent.desk.writing.subjects import said_of

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("what", "texts", "name"),
    [
        ("visit", {"visitor.1": "\u200b", "visitor.2": "黄大山", "words": "x"}, "visitor.1"),
        ("letter", {"kind": "suggestion", "words": "\u3000\u200b"}, "words"),
        ("letter", {"kind": "suggestion", "words": "x", "phone": "㍿" * 20}, "phone"),  # 80 letters
        ("letter", {"kind": "suggestion", "words": "x", "by": "\ufb2c" * 50}, "by"),  # 150
    ],
)
def test_what_nobody_sees_is_nothing_and_marks_count_as_the_letters_they_become(
    what: str, texts: dict[str, str], name: str
) -> None:
    assert list(faults_of(what, texts, TODAY)) == [name]


def test_long_words_stay_as_they_were_typed() -> None:
    texts = {"kind": "suggestion", "words": "㎡" * 4000}
    assert faults_of("letter", texts, TODAY) == {}
    subject = said_of("letter", texts, clerk="", today=TODAY).subject
    assert isinstance(subject, Letter)
    assert subject.words == texts["words"]
