"""Every word of the pages is Chinese in the source, and has its English."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2.ext import babel_extract

import central
import runtime.web
from central.county.archive.pages import views as archive_views
from central.county.catalogue.pages.asking import parts as asking_parts
from central.county.catalogue.pages.charging import parts as charging_parts
from central.county.catalogue.pages.days import overlay, rules
from central.county.catalogue.pages.editing import guided, inputs
from central.county.catalogue.pages.library import inputs as paper_inputs
from central.county.catalogue.pages.views import words as catalogue_words
from central.county.console import record
from central.county.fees.pages import views as fee_pages
from central.county.flows.pages import acting
from central.county.flows.worklist.pages import listed as work_listed
from central.county.numbers.pages import words as number_words
from central.county.ratings.pages import views as rating_pages
from central.county.reports.pages import views as report_pages
from central.county.supervision.pages import views as supervision_views
from central.pages.composition import TABLE
from runtime.web.language import KIT, english, translations

ROOTS = {KIT: Path(runtime.web.__file__).parent, TABLE: Path(central.__file__).parent}
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PLACE = re.compile(r"%\((\w+)\)")


def templates(table: str) -> list[Path]:
    return sorted(ROOTS[table].rglob("templates/**/*.html"))


def words(table: str) -> Iterator[str]:
    """Every text that a template marks for translation, and those that pages keep in tables."""
    kept = *record.WORDS, *catalogue_words.WORDS, *inputs.WORDS, *guided.WORDS, *paper_inputs.WORDS
    kept += *overlay.WORDS, *rules.WORDS, *number_words.WORDS, *asking_parts.WORDS
    kept += *charging_parts.WORDS, *supervision_views.WORDS, *acting.WORDS
    kept += *work_listed.WORDS, *fee_pages.WORDS, *rating_pages.WORDS, *report_pages.WORDS
    kept += (*archive_views.WORDS,)
    yield from kept if table == TABLE else ()
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.do"}
    for path in templates(table):
        with path.open("rb") as file:
            for _, _, found, _ in babel_extract(file, ("_",), (), options):
                word = found if isinstance(found, str) else str((found or ("",))[0])
                if word:  # else a word of a table, by its key
                    yield word


def test_every_word_has_its_english_and_no_english_is_left_over() -> None:
    assert set(words(KIT)) == english(KIT).keys()
    assert set(words(TABLE)) - set(words(KIT)) == english(TABLE).keys()


@pytest.mark.parametrize("table", ROOTS)
def test_both_languages_fill_in_the_same_values(table: str) -> None:
    for chinese, translated in english(table).items():
        assert set(_PLACE.findall(chinese)) == set(_PLACE.findall(translated)), chinese


def test_no_template_says_chinese_without_marking_it() -> None:
    marked = re.compile(r"\{#.*?#\}|_\((\"[^\"]*\"|'[^']*')[^)]*\)", re.DOTALL)
    plain = {
        path.name: left
        for table in ROOTS
        for path in templates(table)
        if (left := _CHINESE.findall(marked.sub("", path.read_text("utf-8"))))
    }
    assert plain == {  # seals, and the way back to Chinese
        "layout.html": ["驿", "中", "文"],
        "map.html": ["县"],
    }


def test_no_template_puts_full_width_marks_beside_its_words() -> None:
    marks, tokens = (
        re.compile("[（），：；。、？！]"),
        re.compile(r"\{([#{%]).*?[#}%]\}", re.DOTALL),
    )
    joined = re.compile(r"join\([\"'][（），：；。、]")
    found = {
        path.name
        for path in templates(TABLE)
        if marks.search(tokens.sub("", text := path.read_text("utf-8"))) or joined.search(text)
    }
    assert found == set()


def test_chinese_is_the_source() -> None:
    source = re.compile("[\u4e00-\u9fff\uff01-\uff5e\u3001]")  # or its punctuation
    assert all(source.search(word) for table in ROOTS for word in words(table))
    assert translations("zh", (TABLE,)).gettext("登录") == "登录"
    assert translations("en").gettext("登录") == "Log in"
    assert translations("en").gettext("乡镇图") == "乡镇图"  # the kit does not know that
    assert translations("en", (TABLE,)).gettext("乡镇图") == english(TABLE)["乡镇图"]
