"""The console and the command line call everything by the same words."""

import ast
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import central
import central.county
import provisioning
from central.commands.nodes import ALARM_WORDS
from central.county.console.words import ACTIONS, DETAILS
from central.county.nodes.alarms import SEVERITIES
from central.pages.composition import PACKAGES, TABLE
from protocol.trust.roster import State
from provisioning.lifecycle.commands import STATES
from runtime.control.calls import Call
from runtime.web.templates import Templates

TEMPLATES = Templates(("central.county.console", *PACKAGES), tables=(TABLE,))


def said(macro: str, value: str, language: str) -> str:
    source = (
        '{% import "console/words.html" as words with context %}{{ words.' + macro + "(value) }}"
    )
    environment = TEMPLATES.environments[language]
    return environment.from_string(source).render(value=value, language=language).strip()


def test_whatever_changes_a_county_has_words_in_the_record() -> None:
    calls = {
        one
        for info in walk_packages(central.county.__path__, "central.county.")
        if info.name.endswith("calls")
        for one in vars(import_module(info.name)).values()
        if isinstance(one, Call) and not one.reads and one.name.startswith("county.")
    }
    assert len(calls) > 40
    assert {one.name for one in calls} - ACTIONS.keys() == set()


def test_every_alarm_and_state_has_words() -> None:
    assert SEVERITIES.keys() == ALARM_WORDS.keys()
    assert {state.value for state in State} == STATES.keys()


@pytest.mark.parametrize("code", ALARM_WORDS)
def test_an_alarm_is_called_alike(code: str) -> None:
    assert said("alarm_words", code, "zh") == ALARM_WORDS[code]
    assert said("alarm_words", code, "en").isascii()


@pytest.mark.parametrize("code", ALARM_WORDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_to_do_about_each_alarm(code: str, language: str) -> None:
    assert len(said("alarm_help", code, language)) >= 7


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_called_alike(state: str) -> None:
    assert STATES[state] in said("state", state, "zh")
    assert said("state", state, "en").isascii()


def names_of_details() -> set[str]:
    """Whatever sources write beside an action, by the literals of ``detail``."""
    trees = [
        ast.parse(path.read_text("utf-8"))
        for package in (central, provisioning)
        for path in Path(package.__path__[0]).rglob("*.py")
    ]
    told = [
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if (isinstance(node, ast.keyword) and node.arg == "detail")
        or (isinstance(node, ast.Assign) and "detail" in [ast.unparse(one) for one in node.targets])
    ]
    keys = [
        key
        for one in told
        for part in ast.walk(one)
        if isinstance(part, ast.Dict)
        for key in part.keys
    ]
    return {
        key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def test_nothing_stands_in_the_record_by_its_name_in_the_program() -> None:
    names = names_of_details()
    assert len(names) > 40
    assert names - DETAILS.keys() == set()
