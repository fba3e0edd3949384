"""Every word of the desk is Chinese in its templates, and has its English."""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2.ext import babel_extract

import station_agent.desk
from protocol.records.followups_words import LEVEL_WORDS
from runtime.web.language import KIT, english
from station_agent.desk.answers.words import WORDS as ANSWER_WORDS
from station_agent.desk.site import PACKAGE
from station_agent.desk.states import WORDS
from station_agent.desk.writing import fields as writing
from station_agent.desk.writing import states as sent

FOLDER = Path(station_agent.desk.__file__).parent
_PLACE = re.compile(r"%\((\w+)\)")


def words() -> Iterator[str]:
    yield from (*WORDS, *ANSWER_WORDS, *LEVEL_WORDS.values())
    yield from (*writing.WORDS, *sent.WORDS)
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.do"}
    for path in FOLDER.rglob("templates/**/*.html"):
        with path.open("rb") as file:
            for _, _, found, _ in babel_extract(file, ("_",), (), options):
                word = found if isinstance(found, str) else str((found or ("",))[0])
                if word:
                    yield word


def test_every_word_has_its_english_and_no_english_is_left_over() -> None:
    assert set(words()) - english(KIT).keys() == english(PACKAGE).keys()


def test_both_languages_fill_in_the_same_values() -> None:
    for chinese, translated in english(PACKAGE).items():
        assert set(_PLACE.findall(chinese)) == set(_PLACE.findall(translated)), chinese


def test_no_template_says_chinese_without_marking_it() -> None:
    marked = re.compile(r"\{#.*?#\}|_\((\"[^\"]*\"|'[^']*')[^)]*\)", re.DOTALL)
    for path in FOLDER.rglob("templates/**/*.html"):
        left = marked.sub("", path.read_text("utf-8"))
        assert not re.search("[\u4e00-\u9fff]", left), path
