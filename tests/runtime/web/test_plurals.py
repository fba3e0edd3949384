"""English words agree with the number that they are said of; Chinese ones need not."""

import re
from importlib import resources

import jinja2
import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

from runtime.web.language import KIT
from runtime.web.plurals import agreed, filled
from runtime.web.sentences import english_of
from runtime.web.templates import Templates

_TABLES = (
    (KIT, "locale/en.po"),
    (KIT, "locale/sentences.po"),
    ("central.pages", "locale/en.po"),
    ("station_agent.desk", "locale/en.po"),
)
_COUNTED = re.compile(r"(?:%\(\w+\)s|\{n\}) (?:more |working )?([a-z]+s)\b(?!\{)")
_NO_NOUNS = frozenset(("is", "was", "has", "asks"))


@pytest.mark.parametrize(
    ("said", "values", "told"),
    [
        ("%(count)s change{|s}", {"count": 1}, "1 change"),
        ("%(count)s change{|s}", {"count": 0}, "0 changes"),
        ("%(count)s change{|s}", {"count": 2}, "2 changes"),
        ("%(count)s change{|s}", {"count": 11}, "11 changes"),
        ("%(count)s change{|s}", {"count": "1"}, "1 change"),
        ("%(a)s kind{|s} in %(b)s line{|s}", {"a": 1, "b": 2}, "1 kind in 2 lines"),
        ("%(a)s kind{|s} in %(b)s line{|s}", {"a": 2, "b": 1}, "2 kinds in 1 line"),
        ("New {code|codes} for %(n)s", {"n": 1}, "New code for 1"),
        ("New {code|codes} for %(n)s", {"n": 3}, "New codes for 3"),
        ("“%(name)s”: %(n)s {entry|entries}", {"name": "{a|b}", "n": 1}, "“{a|b}”: 1 entry"),
        ("{ … } 100%%", {}, "{ … } 100%"),
    ],
)
def test_words_agree_with_the_number(said: str, values: dict[str, object], told: str) -> None:
    assert filled(said, values) == told


def test_without_a_number_it_is_the_many() -> None:
    assert agreed("node{|s}", {}) == "nodes"


def test_sentences_agree_with_their_gaps() -> None:
    assert english_of("1 位数字") == "1 digit"
    assert english_of("2 位数字") == "2 digits"


@pytest.mark.parametrize("count", [1, 2])
def test_templates_say_so_and_escape_what_is_put_in(count: int) -> None:
    environment: Environment = Templates(("runtime.web",)).environments["en"]
    assert isinstance(environment, jinja2.Environment)
    page = environment.from_string(
        "{{ _('最多 %(count)s 行；空行不算', count=count) }}{{ _('<b>') }}"
    )
    said = page.render(count=count)
    assert said.startswith("At most 1 row;" if count == 1 else "At most 2 rows;")
    named = environment.from_string("{{ _('事项 %(code)s', code='<i>') }}")
    assert "&lt;i&gt;" in named.render()


def test_no_table_counts_without_agreeing() -> None:
    faults = []
    for package, name in _TABLES:
        with resources.files(package).joinpath(name).open("rb") as file:
            said = [str(one.string) for one in read_po(file, locale="en") if one.id]
        faults += [
            text
            for text in said
            for noun in _COUNTED.findall(text)
            if noun not in _NO_NOUNS and not re.search(r"\bto \{n\}", text)
        ]
    assert faults == []


def test_a_sum_of_steps_agrees_with_its_unit() -> None:
    told = english_of("各环节合计1个工作日，超过时限2个工作日")
    assert told == "the steps together take 1 working day, more than the limit of 2 working days"
