"""What the law gives only to some: an item says so, or its type does."""

from typing import Any

import pytest

from protocol.casework.rules import CaseRules, rules_of
from protocol.casework.states import State
from protocol.casework.status import Status
from protocol.casework.table import ACTIONS, refusal
from protocol.catalogue.calendars.due import read_limit
from protocol.catalogue.items.handling import Handling, Silence
from protocol.catalogue.items.rules import IllegalError
from tests.protocol.catalogue.items.catalogues import as_the_file_says, make_full_item

TEN = read_limit("10wd")


def of_item(**changed: Any) -> CaseRules:
    return rules_of(as_the_file_says(make_full_item(**changed)))


def test_a_licence_has_what_its_law_gives_where_the_item_says_nothing() -> None:
    handling = of_item(type="01", handling=None).handling
    assert handling == Handling(by_default=True, extend=TEN, deliver=TEN)
    assert (handling.accept, handling.silence) == (read_limit("5wd"), Silence.ESCALATE)


def test_what_is_no_licence_has_only_what_it_says() -> None:
    assert of_item(type="05", handling=None).handling == Handling(by_default=False)
    said = of_item(type="05", handling={"by_default": True, "extend": "5wd"}).handling
    assert said == Handling(by_default=True, extend=read_limit("5wd"))


def test_a_licence_keeps_what_it_says_itself() -> None:
    said = of_item(type="01", handling={"by_default": False, "extend": "5wd"}).handling
    assert said == Handling(by_default=False, extend=read_limit("5wd"), deliver=TEN)


def test_a_case_ends_only_by_a_limit_that_somebody_was_told_of() -> None:
    with pytest.raises(IllegalError, match="没有写补正期限"):
        Handling(lapses=True)


@pytest.mark.parametrize(
    ("action", "state", "words"),
    [
        ("extend", State.ACCEPTED, "本事项没有写明可以延长期限"),
        ("pay-first", State.RECEIVED, "本事项没有写明可以先行救助"),
    ],
)
def test_what_the_item_does_not_give_nobody_can_do(action: str, state: State, words: str) -> None:
    status = Status(state=state)
    assert refusal(ACTIONS[action], status, of_item(handling=None)) == words
    given = of_item(handling={"extend": "10wd", "papers": "5wd"})
    assert not refusal(ACTIONS[action], status, given)


def test_a_limit_that_was_made_longer_is_not_made_longer_again() -> None:
    status = Status(state=State.ACCEPTED, extended="5wd")
    given = of_item(handling={"extend": "10wd"})
    assert refusal(ACTIONS["extend"], status, given) == "已经延长过一次，不能再延长"
