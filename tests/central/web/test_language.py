"""Every word of the pages is Chinese in the source, and has its English."""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2.ext import babel_extract

import central
from central.county.console import record
from central.web.language import english, translations

TEMPLATES = sorted(Path(central.__file__).parent.rglob("templates/**/*.html"))
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PLACE = re.compile(r"%\((\w+)\)")


def words() -> Iterator[str]:
    """Every text that a template marks for translation, and those that pages keep in tables."""
    yield from record.WORDS
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.do"}
    for path in TEMPLATES:
        with path.open("rb") as file:
            for _, _, found, _ in babel_extract(file, ("_",), (), options):
                word = found if isinstance(found, str) else str((found or ("",))[0])
                if word:  # else a word of a table, by its key
                    yield word


def test_every_word_has_its_english_and_no_english_is_left_over() -> None:
    assert set(words()) == english().keys()


def test_both_languages_fill_in_the_same_values() -> None:
    for chinese, translated in english().items():
        assert set(_PLACE.findall(chinese)) == set(_PLACE.findall(translated)), chinese


def test_no_template_says_chinese_without_marking_it() -> None:
    marked = re.compile(r"\{#.*?#\}|_\((\"[^\"]*\"|'[^']*')[^)]*\)", re.DOTALL)
    plain = {
        path.name: left
        for path in TEMPLATES
        if (left := _CHINESE.findall(marked.sub("", path.read_text("utf-8"))))
    }
    assert plain == {  # seals, and the way back to Chinese
        "layout.html": ["驿", "中", "文"],
        "map.html": ["县"],
    }


def test_chinese_is_the_source() -> None:
    assert all(_CHINESE.search(word) for word in words())
    assert translations("zh").gettext("登录") == "登录"
    assert translations("en").gettext("登录") == "Log in"
