"""The console and the command line call everything by the same words."""

import pytest

from central.commands.nodes import ALARM_WORDS
from central.county.nodes.alarms import SEVERITIES
from central.pages.composition import PACKAGES, TABLE
from protocol.trust.roster import State
from provisioning.lifecycle.commands import STATES
from runtime.web.templates import Templates

TEMPLATES = Templates(("central.county.console", *PACKAGES), tables=(TABLE,))


def said(macro: str, value: str, language: str) -> str:
    source = (
        '{% import "console/words.html" as words with context %}{{ words.' + macro + "(value) }}"
    )
    environment = TEMPLATES.environments[language]
    return environment.from_string(source).render(value=value, language=language).strip()


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
